export { createStorage, type StorageHooks } from "./storage.ts";
