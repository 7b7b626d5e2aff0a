// These modules are never part of a snapshot.
const nothing = (): void => {};
const no = (): boolean => false;
export const namespace = { addSerializeCallback: nothing, addDeserializeCallback: nothing, setDeserializeMainFunction: nothing, isBuildingSnapshot: no };
export const startupSnapshot = namespace;
export const isBuildingSnapshot = no;
export const addSerializeCallback = nothing;
export const addDeserializeCallback = nothing;
export const addAfterUserSerializeDeserializeSnapshot = nothing;
export const throwIfBuildingSnapshot = nothing;
