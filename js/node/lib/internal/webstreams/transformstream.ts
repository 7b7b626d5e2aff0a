const { TransformStream } = internalBinding("layer").global;
export { TransformStream };
export const isTransformStream = (value: unknown): boolean => value instanceof TransformStream;
