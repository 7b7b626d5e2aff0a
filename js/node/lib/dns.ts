// https://nodejs.org/api/dns.html over DNS-over-HTTPS, as Workers do (RFC 8484's JSON form, https://developers.cloudflare.com/1.1.1.1/).
import { codes } from "lib:internal/codes";
import { isIP } from "lib:internal/net";
import { notImplemented } from "lib:internal/stub";
import { validateFunction, validateString } from "lib:internal/validators";

const { global } = internalBinding("layer");
const { fetch } = global;
const SERVICE = "https://cloudflare-dns.com/dns-query";
const numbers: Record<string, number> = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, CAA: 257, TLSA: 52 };

const failure = (code: string, syscall: string, hostname: string): Error => Object.assign(new Error(`${syscall} ${code} ${hostname}`), { code, errno: undefined, syscall, hostname });

async function ask(name: string, type: string, syscall: string): Promise<any[]> {
  const response = await fetch(`${SERVICE}?name=${encodeURIComponent(name)}&type=${type}`, { headers: { accept: "application/dns-json" } }).catch((cause: unknown) => {
    throw Object.assign(failure("ECONNREFUSED", syscall, name), { cause });
  });
  if (!response.ok) throw failure("ESERVFAIL", syscall, name);
  const { Status: status, Answer: answers = [] } = await response.json();
  if (status === 3) throw failure("ENOTFOUND", syscall, name);
  if (status !== 0) throw failure("ESERVFAIL", syscall, name);
  const found = answers.filter((answer: any) => answer.type === numbers[type]);
  if (found.length === 0) throw failure("ENODATA", syscall, name);
  return found;
}

const bare = (name: string): string => name.replace(/\.$/, "");
const texts = (data: string): string[] => [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, "$1"));
const parts = (data: string): string[] => data.split(" ");

const readers: Record<string, (answer: any) => unknown> = {
  A: ({ data }) => data, AAAA: ({ data }) => data, CNAME: ({ data }) => bare(data), NS: ({ data }) => bare(data), PTR: ({ data }) => bare(data),
  TXT: ({ data }) => (data.startsWith('"') ? texts(data) : [data]),
  MX: ({ data }) => ({ priority: Number(parts(data)[0]), exchange: bare(parts(data)[1]!) }),
  SRV: ({ data }) => ({ priority: Number(parts(data)[0]), weight: Number(parts(data)[1]), port: Number(parts(data)[2]), name: bare(parts(data)[3]!) }),
  CAA: ({ data }) => ({ critical: Number(parts(data)[0]), [parts(data)[1]!]: data.slice(data.indexOf(" ", data.indexOf(" ") + 1) + 1).replace(/^"|"$/g, "") }),
  SOA: ({ data }) => {
    const [nsname, hostmaster, serial, refresh, retry, expire, minttl] = parts(data);
    return { nsname: bare(nsname!), hostmaster: bare(hostmaster!), serial: Number(serial), refresh: Number(refresh), retry: Number(retry), expire: Number(expire), minttl: Number(minttl) };
  },
  NAPTR: ({ data }) => {
    const [order, preference, flags, service, regexp, replacement] = parts(data).map((part) => part.replace(/^"|"$/g, ""));
    return { flags, service, regexp, replacement: bare(replacement ?? ""), order: Number(order), preference: Number(preference) };
  },
};

const resolver = (type: string, syscall: string) => async (name: any, options?: any): Promise<any> => {
  validateString(name, "name");
  const answers = await ask(name, type, syscall);
  if (type === "SOA") return readers.SOA!(answers[0]);
  return answers.map((answer) => (options?.ttl ? { address: readers[type]!(answer), ttl: answer.TTL } : readers[type]!(answer)));
};

const promises: Record<string, (...args: any[]) => Promise<any>> = {
  resolve4: resolver("A", "queryA"), resolve6: resolver("AAAA", "queryAaaa"), resolveCname: resolver("CNAME", "queryCname"), resolveNs: resolver("NS", "queryNs"), resolvePtr: resolver("PTR", "queryPtr"),
  resolveMx: resolver("MX", "queryMx"), resolveTxt: resolver("TXT", "queryTxt"), resolveSrv: resolver("SRV", "querySrv"), resolveCaa: resolver("CAA", "queryCaa"), resolveSoa: resolver("SOA", "querySoa"),
  resolveNaptr: resolver("NAPTR", "queryNaptr"),

  async resolve(name: any, type: any = "A"): Promise<any> {
    validateString(name, "name");
    const method = `resolve${type === "A" ? "4" : type === "AAAA" ? "6" : type[0] + String(type).slice(1).toLowerCase()}`;
    if (promises[method] === undefined) throw new codes.ERR_INVALID_ARG_VALUE("rrtype", type);
    return promises[method](name);
  },

  async reverse(address: any): Promise<string[]> {
    const kind = isIP(address);
    if (kind === 0) throw failure("EINVAL", "getHostByAddr", address);
    if (kind === 4) return promises.resolvePtr!(`${address.split(".").reverse().join(".")}.in-addr.arpa`);
    const [head = "", tail = ""] = address.split("::");
    const groups = (half: string): string[] => (half === "" ? [] : half.split(":"));
    const whole = [...groups(head), ...Array(Math.max(0, 8 - groups(head).length - groups(tail).length)).fill("0"), ...groups(tail)];
    return promises.resolvePtr!(`${[...whole.map((group) => group.padStart(4, "0")).join("")].reverse().join(".")}.ip6.arpa`);
  },

  async lookup(name: any, options: any = {}): Promise<any> {
    if (typeof options === "number") options = { family: options };
    const family = options.family === "IPv4" ? 4 : options.family === "IPv6" ? 6 : options.family ?? 0;
    if (![0, 4, 6].includes(family)) throw new codes.ERR_INVALID_ARG_VALUE("family", family, "must be one of: 0, 4, 6");
    if (!name) return options.all ? [] : { address: null, family: family === 6 ? 6 : 4 };
    validateString(name, "hostname");
    const own = isIP(name);
    let found = own !== 0 ? [{ address: name, family: own }] : name === "localhost" ? [{ address: "127.0.0.1", family: 4 }] : [];
    for (const [number, method] of [[4, "resolve4"], [6, "resolve6"]] as const) {
      if (found.length > 0 || (family !== 0 && family !== number)) continue;
      const addresses: string[] = await promises[method]!(name).catch(() => []);
      found = addresses.map((address) => ({ address, family: number }));
    }
    if (found.length === 0) throw failure("ENOTFOUND", "getaddrinfo", name);
    return options.all ? found : found[0];
  },

  async lookupService(): Promise<never> { throw notImplemented("dns.lookupService"); },
  async resolveAny(): Promise<never> { throw notImplemented("dns.resolveAny"); },
  async resolveTlsa(): Promise<never> { throw notImplemented("dns.resolveTlsa"); },
};

const withCallback = (name: string) => (...args: any[]): void => {
  const callback = args.pop();
  validateFunction(callback, "callback");
  promises[name]!(...args).then((result) => {
    const lookedUp = name === "lookup" && !Array.isArray(result);
    process.nextTick(() => (lookedUp ? callback(null, result.address, result.family) : callback(null, result)));
  }, (error) => process.nextTick(() => callback(error)));
};
const callbacks: Record<string, (...args: any[]) => void> = Object.fromEntries(Object.keys(promises).map((name) => [name, withCallback(name)]));

let order = "verbatim";
const shared = {
  ADDRCONFIG: 32, ALL: 16, V4MAPPED: 8, getDefaultResultOrder: (): string => order, setDefaultResultOrder: (value: string): void => { order = value; },
  getServers: (): string[] => ["1.1.1.1", "2606:4700:4700::1111", "1.0.0.1", "2606:4700:4700::1001"], setServers: (): never => { throw notImplemented("dns.setServers"); },
  ...Object.fromEntries(["NODATA", "FORMERR", "SERVFAIL", "NOTFOUND", "NOTIMP", "REFUSED", "BADQUERY", "BADNAME", "BADFAMILY", "BADRESP", "CONNREFUSED", "TIMEOUT", "EOF", "FILE", "NOMEM", "DESTRUCTION",
    "BADSTR", "BADFLAGS", "NONAME", "BADHINTS", "NOTINITIALIZED", "LOADIPHLPAPI", "ADDRGETNETWORKPARAMS", "CANCELLED"].map((name) => [name, `E${name}`])),
};

function resolverClass(methods: Record<string, any>): any {
  class Resolver {
    cancel(): void {}
    setLocalAddress(): void {}
    getServers(): string[] { return shared.getServers(); }
    setServers(): never { return shared.setServers(); }
  }
  for (const name of Object.keys(methods)) if (name.startsWith("resolve") || name === "reverse") Object.defineProperty(Resolver.prototype, name, { value: methods[name], writable: true, configurable: true });
  return Resolver;
}

const dnsPromises = { ...shared, ...promises, Resolver: resolverClass(promises) };
export default { ...shared, ...callbacks, Resolver: resolverClass(callbacks), promises: dnsPromises };
