// What a worker's compatibility date decides. The date is found out by the flags' own effects elsewhere: a worker of the
// newest date has a `binaryType` of "blob".
import { equal } from "test";

const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));

const tests = {
  "binaryType, the answer to close, and the length of a reason go together with the date": async () => {
    const [one, two] = Object.values(new WebSocketPair());
    const isNew = one.binaryType === "blob";
    equal(two.binaryType, isNew ? "blob" : "arraybuffer");
    one.accept();
    two.accept();
    one.send(new Uint8Array(1));
    equal((await next(two, "message")).data.constructor.name, isNew ? "Blob" : "ArrayBuffer");

    let refused = "";
    try {
      one.close(1000, "é".repeat(62));
    } catch (error) {
      refused = `${error.name}: ${error.message}`;
    }
    equal(refused, isNew ? "SyntaxError: WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded." : "");
    if (isNew) one.close(1000, "é".repeat(61));
    await next(two, "close");
    equal(two.readyState, isNew ? WebSocket.CLOSED : WebSocket.CLOSING);
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
