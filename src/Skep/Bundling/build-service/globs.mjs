// Module-rule globs, as wrangler reads them: `*` does not stop at a slash and `?` is itself, so that `**/*.wasm?module`
// means a query string.

/** An anchored regular expression for a glob. */
export function globToRegExp(glob) {
  const source = glob.replace(/[.+^${}()|[\]\\/?]/g, "\\$&").replace(/\*+(\\\/)?/g, ".*");
  return new RegExp(`^${source}$`);
}
