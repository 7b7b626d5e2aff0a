// https://nodejs.org/api/util.html#utildebuglogsection-callback: sections named by NODE_DEBUG go to the log.
let wanted: RegExp | undefined;

function isWanted(section: string): boolean {
  if (wanted === undefined) {
    const names = String(process.env.NODE_DEBUG ?? "").toUpperCase().replace(/[|\\{}()[\]^$+?.]/g, "\\$&").replaceAll("*", ".*").replaceAll(",", "$|^");
    wanted = names === "" ? /(?!)/ : new RegExp(`^${names}$`);
  }
  return wanted.test(section);
}

export function debuglog(section: string, callback?: (log: Function) => void): any {
  section = section.toUpperCase();
  let enabled: boolean | undefined;
  const isEnabled = (): boolean => enabled ??= isWanted(section);
  const write = (...args: unknown[]): void => {
    if (isEnabled()) internalBinding("layer").console.error(`${section} ${process.pid ?? 1}: ${require("internal/util/inspect").format(...args)}`);
  };
  let log = (...args: unknown[]): void => {
    if (typeof callback === "function") callback(write);
    log = write;
    write(...args);
  };
  return Object.defineProperty((...args: unknown[]) => log(...args), "enabled", { get: isEnabled, configurable: true, enumerable: true });
}

export const initializeDebugEnv = (): void => {};
