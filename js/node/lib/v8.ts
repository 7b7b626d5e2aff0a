import { classes, methods } from "lib:internal/stub";

const zeros = (...names: string[]) => (): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));
const names = ["total_heap_size", "total_heap_size_executable", "total_physical_size", "total_available_size", "used_heap_size", "heap_size_limit", "malloced_memory",
  "peak_malloced_memory", "does_zap_garbage", "number_of_native_contexts", "number_of_detached_contexts", "total_global_handles_size", "used_global_handles_size", "external_memory"];

export default {
  cachedDataVersionTag: (): number => 0,
  getHeapStatistics: zeros(...names),
  getHeapSpaceStatistics: (): unknown[] => [],
  getHeapCodeStatistics: zeros("code_and_metadata_size", "bytecode_and_metadata_size", "external_script_source_size", "cpu_profiler_metadata_size"),
  isStringOneByteRepresentation: (text: string): boolean => !/[^\0-\xff]/.test(text),
  setFlagsFromString: (): void => {},
  setHeapSnapshotNearHeapLimit: (): void => {},
  takeCoverage: (): void => {},
  stopCoverage: (): void => {},
  startupSnapshot: { addSerializeCallback() {}, addDeserializeCallback() {}, setDeserializeMainFunction() {}, isBuildingSnapshot: (): boolean => false },
  promiseHooks: methods("v8.promiseHooks", "createHook", "onInit", "onBefore", "onAfter", "onSettled"),
  ...classes("v8", "DefaultDeserializer", "DefaultSerializer", "Deserializer", "Serializer", "GCProfiler"),
  ...methods("v8", "serialize", "deserialize", "getHeapSnapshot", "writeHeapSnapshot", "queryObjects", "startCpuProfile"),
};
