export function createStorage(handle: number, hooks: object): object {
  return { handle, hooks };
}
