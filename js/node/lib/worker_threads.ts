import { classes, methods } from "lib:internal/stub";
const { BroadcastChannel, MessageChannel, MessagePort, structuredClone } = internalBinding("layer").global;
const environmentData = new Map<unknown, unknown>();
export default {
  BroadcastChannel, MessageChannel, MessagePort, structuredClone,
  ...classes("worker_threads", "Worker"),
  ...methods("worker_threads", "moveMessagePortToContext", "postMessageToThread", "receiveMessageOnPort"),
  SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"),
  getEnvironmentData: (key: unknown): unknown => environmentData.get(key),
  setEnvironmentData: (key: unknown, value: unknown): void => void (value === undefined ? environmentData.delete(key) : environmentData.set(key, value)),
  isMainThread: true, isInternalThread: false, isMarkedAsUntransferable: (): boolean => false, markAsUncloneable: (): void => {}, markAsUntransferable: (): void => {},
  parentPort: null, resourceLimits: {}, threadId: 0, threadName: "", workerData: null,
};
