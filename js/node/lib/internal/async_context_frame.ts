const { currentFrame } = internalBinding("layer");
export default { current: () => currentFrame() ?? undefined, enabled: true };
