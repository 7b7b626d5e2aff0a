import { equal, run, throws } from "test";

const tests = {
  "names groups": () =>
    equal(new URLPattern({ pathname: "/books/:id" }).exec("https://a/books/7").pathname, { input: "/books/7", groups: { id: "7" } }),
  "numbers wildcards": () =>
    equal(new URLPattern("https://*.example.com/*").exec("https://a.b.example.com/c/d").hostname.groups, { 0: "a.b" }),
  "cuts a pattern string into components": () => {
    const { protocol, hostname, port, pathname, search, hash } = new URLPattern("https://ex.com:8080/a/:b\\?c=*#d");
    equal([protocol, hostname, port, pathname, search, hash], ["https", "ex.com", "8080", "/a/:b", "c=*", "d"]);
  },
  "knows ? as a modifier behind a group": () => {
    const pattern = new URLPattern("https://ex.com/a{/:b}?");
    equal([pattern.search, pattern.test("https://ex.com/a"), pattern.test("https://ex.com/a/b"), pattern.test("https://ex.com/a/b/c")], ["*", true, true, false]);
  },
  "repeats groups with their prefix": () =>
    equal(new URLPattern({ pathname: "/f/:path+" }).exec({ pathname: "/f/a/b/c" }).pathname.groups, { path: "a/b/c" }),
  "leaves a group that did not match undefined": () => {
    const { groups } = new URLPattern({ pathname: "/a/:b?" }).exec({ pathname: "/a" }).pathname;
    if (!("b" in groups) || groups.b !== undefined) throw new Error(JSON.stringify(groups));
  },
  "inherits from a base URL": () => equal(new URLPattern({ pathname: "b/*", baseURL: "https://ex.com/a/x?q" }).pathname, "/a/b/*"),
  "canonicalises what it matches": () =>
    equal([new URLPattern({ hostname: "é.com" }).hostname, new URLPattern({ pathname: "/ü" }).test("https://a/%C3%BC")], ["xn--9ca.com", true]),
  "drops the scheme's default port": () => equal(new URLPattern({ protocol: "https", port: "443" }).port, ""),
  "ignores case when asked to": () =>
    equal([new URLPattern({ pathname: "/a" }, { ignoreCase: true }).test("https://x/A"), new URLPattern({ pathname: "/a" }).test("https://x/A")], [true, false]),
  "matches opaque paths as they are": () => equal(new URLPattern("data\\:text/*").exec("data:text/x y").pathname.groups, { 0: "x y" }),
  "says whether it has expressions of its own": () =>
    equal([new URLPattern({ pathname: "/(a|b)" }).hasRegExpGroups, new URLPattern({ pathname: "/:a*" }).hasRegExpGroups], [true, false]),
  "refuses what is no pattern": () => {
    throws("TypeError", () => new URLPattern("/relative"));
    throws("TypeError", () => new URLPattern({ pathname: "/(" }));
    throws("TypeError", () => new URLPattern({ pathname: "/:a/:a" }));
    throws("TypeError", () => new URLPattern({ pathname: "/([)" }));
    throws("TypeError", () => new URLPattern({ port: "x" }));
    throws("TypeError", () => new URLPattern({}, "https://ex.com"));
  },
  "does not ask the global URL": () => {
    const { URL } = globalThis;
    const pathname = Object.getOwnPropertyDescriptor(URL.prototype, "pathname");
    Object.defineProperty(URL.prototype, "pathname", { configurable: true, get: () => "/changed" });
    try {
      equal(new URLPattern({ pathname: "/a" }).test("https://x/a"), true);
    } finally {
      Object.defineProperty(URL.prototype, "pathname", pathname);
    }
  },
};

export default { fetch: () => run(tests) };
