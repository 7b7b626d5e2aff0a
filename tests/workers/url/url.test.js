import { equal, run, throws } from "test";

const tests = {
  "resolves against a base": () => equal(new URL("../x?y#z", "https://u:p@ex.com:8080/a/b").href, "https://u:p@ex.com:8080/x?y#z"),
  "cuts every component": () => {
    const { protocol, username, password, host, hostname, port, pathname, search, hash, origin } = new URL("https://u:p@ex.com:8080/a?b#c");
    equal([protocol, username, password, host, hostname, port, pathname, search, hash, origin],
      ["https:", "u", "p", "ex.com:8080", "ex.com", "8080", "/a", "?b", "#c", "https://ex.com:8080"]);
  },
  "sets components": () => {
    const url = new URL("https://a/");
    url.hostname = "é.com";
    url.port = "81";
    url.hash = "x y";
    equal(url.href, "https://xn--9ca.com:81/#x%20y");
  },
  "links searchParams both ways": () => {
    const url = new URL("https://a/?q=1");
    url.searchParams.append("é", "ü &");
    equal(url.search, "?q=1&%C3%A9=%C3%BC+%26");
    url.search = "?z=2";
    equal([...url.searchParams], [["z", "2"]]);
  },
  "sorts by code units, keeping equals in order": () => {
    const params = new URLSearchParams("b=2&a=1&b=1");
    params.sort();
    equal(params.toString(), "a=1&b=2&b=1");
  },
  "takes records, sequences and strings": () =>
    equal([`${new URLSearchParams({ a: 1 })}`, `${new URLSearchParams([["a", "1"]])}`, `${new URLSearchParams("?a=1")}`], ["a=1", "a=1", "a=1"]),
  "refuses what is no URL": () => throws("TypeError", () => new URL("nope")),
  "canParse and parse": () => equal([URL.canParse("x:y"), URL.canParse("x"), URL.parse("x")], [true, false, null]),
};

export default { fetch: () => run(tests) };
