// Keys that only the library's own modules share.
const known: Record<string, symbol> = new Proxy(Object.create(null), { get: (all, name: string) => all[name] ??= Symbol(name) });
export default known;
