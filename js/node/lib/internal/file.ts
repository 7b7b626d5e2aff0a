const { File } = internalBinding("layer").global;
export { File };
