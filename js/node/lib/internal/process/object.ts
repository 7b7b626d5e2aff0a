// What the library's modules see as `process`, before and whether or not node:process is ever loaded.
const { flagEnabled } = internalBinding("layer");

const versions = { node: "22.19.0" };

const process_: Record<string, any> = {
  version: `v${versions.node}`,
  versions,
  platform: "linux",
  arch: "x64",
  noDeprecation: false,
  release: { name: "node", lts: true },
  env: {},
  argv: ["workerd"],
  execArgv: [],
  // Whether there are colours, a failed assertion asks. node:process has the streams.
  stdout: { isTTY: false },
  stderr: { isTTY: false },
  nextTick: (callback: unknown, ...args: unknown[]): void => require("internal/process/task_queues").nextTick(callback, ...args),
  emitWarning: (...args: unknown[]): void => require("internal/process/warning").emitWarning(...args),
  cwd: (): string => "/bundle",
  binding: (name: string): never => { throw new (require("internal/errors").codes.ERR_METHOD_NOT_IMPLEMENTED)(`process.binding(${name})`); },
};
void flagEnabled;
export default process_;
