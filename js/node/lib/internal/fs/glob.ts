// Patterns are matched against paths; no folder is walked.
import { codes } from "lib:internal/codes";

let matcher: any;

export function matchGlobPattern(path: string, pattern: string, windows = false): boolean {
  matcher ??= require("internal/deps/minimatch/index");
  if (typeof path !== "string") throw new codes.ERR_INVALID_ARG_TYPE("path", "string", path);
  if (typeof pattern !== "string") throw new codes.ERR_INVALID_ARG_TYPE("pattern", "string", pattern);
  return matcher.minimatch(path, pattern, {
    kEmptyObject: {}, nocase: windows, windowsPathsNoEscape: true, nonegate: true, nocomment: true, optimizationLevel: 2,
    platform: windows ? "win32" : "linux", nocaseMagicOnly: true,
  });
}
