// HTMLRewriter as workers use it. What comes out of which markup is in recorded.test.js.
import { equal, run } from "test";

const failure = async (action) => {
  try {
    await action();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return "none";
};

const rewrite = (html, selector, handlers, init) => new HTMLRewriter().on(selector, handlers).transform(new Response(html, init));
const html = { headers: { "content-type": "text/html" } };

const checks = {
  async "links are rewritten"() {
    class AttributeRewriter {
      constructor(name) { this.name = name; }
      element(element) {
        const value = element.getAttribute(this.name);
        if (value) element.setAttribute(this.name, value.replace("myolddomain.com", "mynewdomain.com"));
      }
    }
    const response = new HTMLRewriter().on("a", new AttributeRewriter("href")).on("img", new AttributeRewriter("src"))
      .transform(new Response('<a href="http://myolddomain.com/x" class=k>x</a><img src=//myolddomain.com/i.png>', html));
    equal(await response.text(), '<a href="http://mynewdomain.com/x" class=k>x</a><img src="//mynewdomain.com/i.png">');
  },

  async "text is gathered over its pieces"() {
    let buffer = "";
    const seen = [];
    const body = new ReadableStream({ pull(c) { for (const part of ["<p>He", "llo <b>", "x</b> wor", "ld</p>"]) c.enqueue(new TextEncoder().encode(part)); c.close(); } });
    await rewrite(body, "p", { text(text) { buffer += text.text; if (text.lastInTextNode) { seen.push(buffer); buffer = ""; } } }).text();
    equal(seen, ["Hello ", "x", " world"]);
  },

  async "promises of handlers are waited for, and what is before them flows meanwhile"() {
    let release;
    const gate = new Promise((resolve) => { release = resolve; });
    const order = [];
    const response = rewrite("<p>before</p><a>x</a><i></i>", "a, i", { async element(element) { order.push(element.tagName); if (element.tagName === "a") await gate; element.before("[" + element.tagName + "]"); } });
    const reader = response.body.getReader();
    equal(new TextDecoder().decode((await reader.read()).value), "<p>before</p>");
    equal(order, ["a"]);
    release();
    let rest = "";
    for (let part; !(part = await reader.read()).done;) rest += new TextDecoder().decode(part.value);
    equal(rest, "[a]<a>x</a>[i]<i></i>");
  },

  async "content can be a stream or a response"() {
    const response = rewrite("<p>old</p><a></a>", "p, a", {
      element(element) {
        if (element.tagName === "p") element.setInnerContent(new Response("<new>"));
        else element.append(new Blob(["<i>", "</i>"]).stream(), { html: true }).after("!");
      },
    });
    equal(await response.text(), "<p>&lt;new&gt;</p><a><i></i></a>!");
  },

  async "an end tag is told of"() {
    const response = rewrite("<div>x</div><div>y", "div", { element(element) { element.onEndTag((end) => { end.before("(" + end.name + ")"); }); } });
    equal(await response.text(), "<div>x(div)</div><div>y");
    equal(await failure(() => rewrite("<br>", "br", { element(element) { element.onEndTag(() => {}); } }).text()), "TypeError: Parser error: No end tag.");
  },

  async "the document has its own handlers"() {
    const log = [];
    const response = new HTMLRewriter()
      .onDocument({
        doctype(doctype) { log.push([doctype.name, doctype.publicId, doctype.systemId]); },
        comments(comment) { comment.remove(); },
        text(text) { log.push(text.text); },
        end(end) { end.append("<!--end-->", { html: true }); },
      })
      .transform(new Response('<!DOCTYPE HTML PUBLIC "p" "s">a<!--b-->'));
    equal(await response.text(), '<!DOCTYPE HTML PUBLIC "p" "s">a<!--end-->');
    equal(log, [["html", "p", "s"], "a", ""]);
  },

  async "the response keeps what it had"() {
    const source = new Response("x", { status: 201, statusText: "Made", headers: { etag: "e", "content-type": "text/html" } });
    const response = new HTMLRewriter().transform(source);
    equal([response.status, response.statusText, response.headers.get("etag"), source.bodyUsed, await response.text()], [201, "Made", "e", true, "x"]);
    const empty = new Response(null, { status: 204 });
    equal(new HTMLRewriter().transform(empty) === empty, true);
  },

  async "one rewriter serves several documents at once"() {
    const rewriter = new HTMLRewriter().on("a", { async element(element) { await null; element.before("1"); } });
    equal(await Promise.all([0, 1, 2].map(() => rewriter.transform(new Response("<a><a>")).text())), ["1<a>1<a>", "1<a>1<a>", "1<a>1<a>"]);
    equal(await rewriter.transform(rewriter.transform(new Response("<a>"))).text(), "11<a>");
    const response = rewriter.transform(new Response("<a>"));
    const clone = response.clone();
    equal([await response.text(), await clone.text()], ["1<a>", "1<a>"]);
  },

  async "it works ahead of its reader, by one step"() {
    let pulled = 0;
    const body = new ReadableStream({ pull(c) { pulled++; c.enqueue(new TextEncoder().encode("<a>")); } }, { highWaterMark: 0 });
    const seen = [];
    const response = rewrite(body, "a", { element() { seen.push(1); } });
    equal(seen.length, 0);
    for (let i = 0; i < 100; i++) await null;
    equal([pulled, seen.length], [1, 1]);
    await response.body.cancel();
  },

  async "what a handler throws fails the body after what came before"() {
    const error = new RangeError("boo");
    for (const element of [() => { throw error; }, () => Promise.reject(error), async () => { await null; throw error; }]) {
      const reader = rewrite("<p>before</p><a>", "a", { element }).body.getReader();
      equal(new TextDecoder().decode((await reader.read()).value), "<p>before</p>");
      equal(await failure(() => reader.read()), "RangeError: boo");
    }
    equal(await failure(() => rewrite("<a></a>", "a", { element(e) { e.onEndTag(() => { throw error; }); } }).text()), "RangeError: boo");
    equal(await failure(() => new HTMLRewriter().onDocument({ end() { throw error; } }).transform(new Response("x")).text()), "RangeError: boo");
  },

  async "failures of the source are the result's"() {
    equal(await failure(() => rewrite(new ReadableStream({ pull() { throw new Error("src"); } }), "a", {}).text()), "Error: src");
    let reason;
    const endless = new ReadableStream({ pull(c) { c.enqueue(new TextEncoder().encode("<a>")); }, cancel(why) { reason = why; } });
    const reader = rewrite(endless, "a", { element() {} }).body.getReader();
    await reader.read();
    await reader.cancel("enough");
    equal(reason, "enough");
  },

  async "what cannot be parsed as it stands is refused"() {
    const message = await failure(() => rewrite("<select><title>", "a", {}).text());
    equal(message.startsWith("TypeError: Parser error: The parser has encountered a text content tag (`<title>`)"), true);
  },

  async "tokens end with their handlers"() {
    const kept = {};
    const invalid = "TypeError: This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler.";
    await new HTMLRewriter()
      .on("a", {
        element(element) { kept.element = () => element.tagName; kept.iterator = ((iterator) => () => iterator.next())(element.attributes); element.onEndTag((end) => { kept.end = () => end.remove(); }); },
        text(text) { kept.text = () => text.before("x"); },
        comments(comment) { kept.comment = () => { comment.text = "x"; }; },
      })
      .onDocument({ doctype(doctype) { kept.doctype = () => doctype.name; }, end(end) { kept.documentEnd = () => end.append("x"); } })
      .transform(new Response("<!doctype x><a b>t<!--c--></a>")).text();
    equal(Object.keys(kept).length, 7);
    for (const use of Object.values(kept)) equal(await failure(use), invalid);
  },

  async "changing attributes ends their iteration"() {
    await rewrite("<a b=1 c>", "a", {
      async element(element) {
        equal([...element.attributes], [["b", "1"], ["c", ""]]);
        const iterator = element.attributes;
        iterator.next();
        element.removeAttribute("zzz");
        equal(await failure(() => iterator.next()), "Error: The attributes of this element have been modified during iteration. You must create a new iterator after modifying attributes.");
      },
    }).text();
  },

  async "names that would break the markup are refused"() {
    const messages = [];
    await rewrite("<a><!--c-->", "a", {
      async element(element) {
        for (const name of ["", "a b", "a=", "a>"]) messages.push(await failure(() => element.setAttribute(name, "x")));
        for (const name of ["", "1", "a/"]) messages.push(await failure(() => { element.tagName = name; }));
      },
      async comments(comment) {
        for (const text of ["a-->", "--!>", ">", "->"]) messages.push(await failure(() => { comment.text = text; }));
        messages.push(await failure(() => comment.before(new Response("x"))));
      },
    }).text();
    equal(messages.slice(0, 7), [
      "TypeError: Parser error: Attribute name can't be empty.",
      "TypeError: Parser error: ` ` character is forbidden in the attribute name",
      "TypeError: Parser error: `=` character is forbidden in the attribute name",
      "TypeError: Parser error: `>` character is forbidden in the attribute name",
      "TypeError: Parser error: Tag name can't be empty.",
      "TypeError: Parser error: The first character of the tag name should be an ASCII alphabetical character.",
      "TypeError: Parser error: `/` character is forbidden in the tag name",
    ]);
    for (let i = 7; i < 11; i++) equal(messages[i], "TypeError: Parser error: Comment text shouldn't contain a comment-closing sequence.");
    equal(messages[11], "TypeError: Replacing content in HTML comments using a ReadableStream or Response object is not implemented. You must provide a string.");
  },

  async "arguments are checked"() {
    const rewriter = new HTMLRewriter();
    equal(await failure(() => rewriter.on("a:hover", {})), "TypeError: Parser error: Unsupported pseudo-class or pseudo-element in selector.");
    equal(await failure(() => rewriter.on("a")), "TypeError: Failed to execute 'on' on 'HTMLRewriter': parameter 2 is not of type 'ElementContentHandlers'.");
    equal(await failure(() => rewriter.on("a", { element: 5 })), "TypeError: Incorrect type for the 'element' field on 'ElementContentHandlers': the provided value is not of type 'function'.");
    equal(await failure(() => rewriter.onDocument(5)), "TypeError: Failed to execute 'onDocument' on 'HTMLRewriter': parameter 1 is not of type 'DocumentContentHandlers'.");
    equal(await failure(() => rewriter.transform("x")), "TypeError: Failed to execute 'transform' on 'HTMLRewriter': parameter 1 is not of type 'Response'.");
    equal(await failure(() => rewriter.transform(Response.error())), "TypeError: HTMLRewriter cannot transform an error response");
    equal(await failure(() => HTMLRewriter.prototype.on.call({}, "a", {})).then((text) => text.startsWith("TypeError")), true);
  },

  async "encodings are the content type's"() {
    const typed = (charset) => ({ headers: { "content-type": `text/html; charset=${charset}` } });
    const bytes = new Uint8Array([60, 97, 32, 120, 61, 0xe4, 62, 0xe4]);
    let seen;
    const response = rewrite(bytes, "a", { element(element) { seen = element.getAttribute("x"); element.before("ö€\u6f22"); } }, typed("iso-8859-1"));
    equal([...new Uint8Array(await response.arrayBuffer())], [0xf6, 0x80, ...new TextEncoder().encode("&#28450;"), ...bytes]);
    equal(seen, "ä");
    equal(await failure(() => rewrite("", "a", {}, typed("utf-16"))), "TypeError: Parser error: Expected ASCII-compatible encoding.");
    equal(await failure(() => rewrite("", "a", {}, typed("nope"))), "TypeError: Parser error: Unknown character encoding has been provided.");
    const gbk = new Uint8Array([60, 97, 62, 0xba, 0xba]);
    let text = "";
    equal([...new Uint8Array(await rewrite(gbk, "a", { text(chunk) { text += chunk.text; } }, typed("gbk")).arrayBuffer())], [...gbk]);
    equal(text, "汉");
  },

  async "a long document in one piece is rewritten whole"() {
    let count = 0;
    const text = await rewrite("<a href='x'>y</a>".repeat(20_000), "a", { element(element) { count++; element.setAttribute("href", "z"); } }).text();
    equal([count, text.length, text.slice(-17)], [20_000, 340_000, '<a href="z">y</a>']);
  },

  async "handlers may start further documents"() {
    const inner = () => rewrite("<b>", "b", { element(element) { element.before("in"); } });
    const response = rewrite("<a></a>", "a", { async element(element) { element.append(await inner().text()); element.after(inner().body, { html: true }); } });
    equal(await response.text(), "<a>in&lt;b&gt;</a>in<b>");
  },

  async "patched built-ins see nothing of the inside"() {
    const then = Promise.prototype.then;
    const { slice } = String.prototype;
    let calls = 0;
    Promise.prototype.then = function (...args) { calls++; return then.apply(this, args); };
    String.prototype.slice = function (...args) { calls++; return slice.apply(this, args); };
    Object.defineProperty(Object.prototype, "html", { get() { return undefined; }, configurable: true });
    let text;
    try {
      text = await rewrite("<a b=c>x</a>", "a", { element(element) { element.setAttribute("b", element.getAttribute("b") + "d").append("y"); } }).text();
    } finally {
      Promise.prototype.then = then;
      String.prototype.slice = slice;
      delete Object.prototype.html;
    }
    equal([text, calls], ['<a b="cd">xy</a>', 0]);
  },
};

export default { fetch: () => run(checks) };
