// A machine that says nothing of itself. https://developers.cloudflare.com/workers/runtime-apis/nodejs/
import { codes } from "lib:internal/codes";
import { validateNumber, validateObject } from "lib:internal/validators";

const constants = internalBinding("constants").os;
const named = <T>(name: string, value: T): (() => T) => Object.defineProperty(() => value, "name", { value: name });

export default {
  EOL: "\n", devNull: "/dev/null", constants,
  arch: named("arch", "x64"), endianness: named("endianness", "LE"), homedir: named("homedir", "/tmp/"), hostname: named("hostname", "localhost"),
  machine: named("machine", "x86_64"), platform: named("platform", "linux"), release: named("release", ""), tmpdir: named("tmpdir", "/tmp/"),
  type: named("type", "Linux"), version: named("version", ""), availableParallelism: named("availableParallelism", 1), freemem: named("freemem", 0),
  totalmem: named("totalmem", 0), uptime: named("uptime", 0),
  cpus: (): unknown[] => [],
  loadavg: (): number[] => [0, 0, 0],
  networkInterfaces: (): object => ({}),
  getPriority(pid?: unknown): number {
    if (pid !== undefined) validateNumber(pid, "pid");
    return 0;
  },
  setPriority(pid: unknown, priority: unknown): void {
    validateNumber(pid, "pid");
    validateNumber(priority, "priority");
  },
  userInfo(options: { encoding?: string } = {}): object {
    validateObject(options, "options");
    const { encoding = null } = options;
    if (encoding !== null && encoding !== "buffer" && !require("buffer").Buffer.isEncoding(encoding)) {
      throw new codes.ERR_INVALID_ARG_VALUE("options.encoding", encoding, "must be a valid encoding");
    }
    return {};
  },
};
