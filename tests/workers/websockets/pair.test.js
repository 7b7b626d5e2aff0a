// WebSocketPair between two ends of one worker. A worker that answers {name: "pass" | error text}.
import { equal } from "test";

async function throws(name, message, action) {
  try {
    await action();
  } catch (error) {
    equal([error.name, error.message], [name, message]);
    return;
  }
  throw new Error(`did not throw ${name}`);
}

const pair = () => {
  const [one, two] = Object.values(new WebSocketPair());
  return { one, two };
};

const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));

function accepted() {
  const { one, two } = pair();
  one.accept();
  two.accept();
  return { one, two };
}

const tests = {
  "a pair has its sockets at 0 and 1, and iterates over them": () => {
    const made = new WebSocketPair();
    equal(Object.keys(made), ["0", "1"]);
    equal([made[0] instanceof WebSocket, made[1] instanceof WebSocket, made[0] !== made[1]], [true, true, true]);
    const [first, second] = made;
    equal([first === made[0], second === made[1]], [true, true]);
    equal(Object.prototype.toString.call(made), "[object WebSocketPair]");
  },
  "constants": () => {
    equal([WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED], [0, 1, 2, 3]);
    equal([WebSocket.READY_STATE_CONNECTING, WebSocket.READY_STATE_CLOSED, pair().one.OPEN], [0, 3, 1]);
  },
  "a new socket is open, has no URL and no protocol": () => {
    const { one } = pair();
    equal([one.readyState, one.url, one.protocol, one.extensions, one.bufferedAmount], [1, null, "", "", 0]);
  },
  "texts arrive in order, with microtasks between them": async () => {
    const { one, two } = accepted();
    const seen = [];
    const done = (async () => {
      for (let i = 0; i < 3; i++) seen.push((await next(two, "message")).data);
    })();
    one.send("a");
    one.send("b");
    one.send("lone \ud800");
    await done;
    equal(seen, ["a", "b", "lone \ufffd"]);
  },
  "what was sent before acceptance arrives after it": async () => {
    const { one, two } = pair();
    one.accept();
    one.send("early");
    await new Promise((resolve) => setTimeout(resolve));
    const message = next(two, "message");
    two.accept();
    equal((await message).data, "early");
  },
  "bytes are copied when they are sent": async () => {
    const { one, two } = accepted();
    two.binaryType = "arraybuffer";
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const message = next(two, "message");
    one.send(bytes.subarray(1, 3));
    bytes.fill(9);
    equal([...new Uint8Array((await message).data)], [2, 3]);
  },
  "binaryType decides what bytes become": async () => {
    const { one, two } = accepted();
    two.binaryType = "nonsense";
    two.binaryType = "blob";
    one.send(new DataView(new ArrayBuffer(3)));
    const { data } = await next(two, "message");
    equal([data instanceof Blob, data.size], [true, 3]);
    two.binaryType = "arraybuffer";
    one.send(new Blob(["xy"]));
    equal((await next(two, "message")).data.byteLength, 2);
  },
  "anything else is sent as text": async () => {
    const { one, two } = accepted();
    one.send(null);
    equal((await next(two, "message")).data, "null");
    one.send({ toString: () => "object" });
    equal((await next(two, "message")).data, "object");
    await throws("TypeError", "Cannot convert a Symbol value to a string", () => one.send(Symbol()));
    await throws("TypeError", "Failed to execute 'send' on 'WebSocket': 1 argument required, but only 0 present.", () => one.send());
  },
  "a message event is trusted": async () => {
    const { one, two } = accepted();
    one.send("x");
    const event = await next(two, "message");
    equal([event.isTrusted, event.type, event.target === two, event instanceof MessageEvent], [true, "message", true, true]);
  },
  "handlers can be properties": async () => {
    const { one, two } = accepted();
    const data = new Promise((resolve) => (two.onmessage = (event) => resolve(event.data)));
    one.send("x");
    equal(await data, "x");
    two.onmessage = 5;
    equal(two.onmessage, null);
  },
  "a listener that throws does not stop the next message": async () => {
    const { one, two } = accepted();
    addEventListener("error", (event) => event.preventDefault(), { once: true });
    two.addEventListener("message", () => { throw new Error("mine"); }, { once: true });
    one.send("a");
    one.send("b");
    await next(two, "message");
    equal((await next(two, "message")).data, "b");
  },
  "close tells the other end its code and reason": async () => {
    const { one, two } = accepted();
    const closed = next(two, "close");
    one.close(3001, "done");
    equal(one.readyState, WebSocket.CLOSING);
    const event = await closed;
    equal([event.code, event.reason, event.wasClean], [3001, "done", true]);
  },
  "close without a code is 1005": async () => {
    const { one, two } = accepted();
    one.close();
    const { code, reason } = await next(two, "close");
    equal([code, reason], [1005, ""]);
  },
  "half-open: the other end answers when it likes": async () => {
    const { one, two } = pair();
    one.accept();
    two.accept({ allowHalfOpen: true });
    one.close(1000, "bye");
    await next(two, "close");
    equal(two.readyState, WebSocket.CLOSING);
    const last = next(one, "message");
    two.send("still here");
    equal((await last).data, "still here");
    const closed = next(one, "close");
    two.close(1001, "me too");
    equal([(await closed).code, one.readyState, two.readyState], [1001, 3, 3]);
  },
  "not half-open: the answer is automatic": async () => {
    const { one, two } = pair();
    one.accept();
    two.accept({ allowHalfOpen: false });
    const answered = next(one, "close");
    one.close(1000, "bye");
    await next(two, "close");
    equal(two.readyState, WebSocket.CLOSED);
    two.close(1000, "ignored");
    const { code, reason } = await answered;
    equal([code, reason, one.readyState], [1000, "bye", 3]);
  },
  "send after close throws, a second close does not": async () => {
    const { one } = accepted();
    one.close(1000);
    one.close(1000);
    await throws("TypeError", "Can't call WebSocket send() after close().", () => one.send("x"));
  },
  "codes and reasons are checked": async () => {
    const { one } = accepted();
    for (const [code, shown] of [[999, 999], [1004, 1004], [1005, 1005], [1006, 1006], [1015, 1015], [5000, 5000], [null, 0], ["x", 0], [1e9, 65535]]) {
      await throws("InvalidAccessError", `Invalid WebSocket close code: ${shown}.`, () => one.close(code));
    }
    await throws("InvalidAccessError", "If you specify a WebSocket close reason, you must also specify a code.", () => one.close(undefined, "why"));
    equal(one.readyState, WebSocket.OPEN);
  },
  "nothing is sent or closed before acceptance": async () => {
    const { one } = pair();
    const text = "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.";
    await throws("TypeError", text, () => one.send("x"));
    await throws("TypeError", text, () => one.close(1000));
    one.accept();
    one.accept();
  },
  "attachments are kept as clones": async () => {
    const { one } = pair();
    equal(one.deserializeAttachment(), null);
    const value = { a: [1, new Date(5)], b: new Map([["x", 1]]) };
    one.serializeAttachment(value);
    value.a.push(2);
    const kept = one.deserializeAttachment();
    equal([kept.a.length, kept.a[1].getTime(), kept.b.get("x"), kept === one.deserializeAttachment()], [2, 5, 1, false]);
    await throws("DataCloneError", "() => {} could not be cloned.", () => one.serializeAttachment(() => {}));
    let message = "";
    try {
      one.serializeAttachment("x".repeat(17000));
    } catch (error) {
      message = error.message;
    }
    equal(message.startsWith("A WebSocket 'attachment' cannot be larger than 16384 bytes."), true);
  },
  "a response with a socket must be a 101": async () => {
    await throws("RangeError", "Responses with a WebSocket must have status code 101.", () => new Response(null, { webSocket: pair().one }));
    await throws("TypeError", "Failed to construct 'Response': member webSocket is not of type 'WebSocket'.", () => new Response(null, { status: 101, webSocket: {} }));
    const { one } = pair();
    equal(new Response(null, { status: 101, webSocket: one }).webSocket === one, true);
    equal(new Response("").webSocket, null);
  },
  "the constructor refuses what is no WebSocket's URL": async () => {
    for (const [url, text] of [
      ["not a url", "The url is invalid."],
      ["ftp://example.com/", "The url scheme must be ws or wss."],
      ["ws://example.com/#part", "The url fragment must be empty."],
    ]) await throws("SyntaxError", `WebSocket Constructor: ${text}`, () => new WebSocket(url));
  },
  "the constructor refuses protocols that are no tokens": async () => {
    await throws("SyntaxError", "WebSocket Constructor: The protocol header token is invalid.", () => new WebSocket("ws://example.com", "a b"));
    await throws("SyntaxError", "WebSocket Constructor: The protocol header token is invalid.", () => new WebSocket("ws://example.com", ""));
    await throws("SyntaxError", "WebSocket Constructor: One of the protocol header tokens is invalid.", () => new WebSocket("ws://example.com", ["ok", "é"]));
    await throws("SyntaxError", "WebSocket Constructor: The protocols header cannot have repeating values.", () => new WebSocket("ws://example.com", ["a", "A"]));
  },
  "methods called on something else": async () => {
    for (const action of [
      () => WebSocket.prototype.send.call({}, "x"),
      () => WebSocket.prototype.close.call({}),
      () => WebSocket.prototype.accept.call({}),
      () => Reflect.get(WebSocket.prototype, "readyState", {}),
    ]) {
      let caught;
      try {
        action();
      } catch (error) {
        caught = error;
      }
      equal(caught instanceof TypeError, true);
    }
  },
  "thousands of pairs": async () => {
    const sockets = [];
    let received = 0;
    for (let i = 0; i < 3000; i++) {
      const { one, two } = accepted();
      two.addEventListener("message", () => received++);
      sockets.push(one);
    }
    for (const socket of sockets) socket.send("x");
    while (received < sockets.length) await new Promise((resolve) => setTimeout(resolve));
    equal(received, 3000);
  },
};

export default {
  async fetch() {
    const results = {};
    for (const [name, test] of Object.entries(tests)) {
      try {
        await test();
        results[name] = "pass";
      } catch (error) {
        results[name] = String(error?.stack ?? error);
      }
    }
    return Response.json(results);
  },
};
