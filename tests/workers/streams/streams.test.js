// Streams as workers use them: the standard's classes, and how they fit together.
import { equal, run, turns } from "test";

const checks = {
  async "a byte stream fills the reader's own buffer"() {
    const stream = new ReadableStream({
      type: "bytes",
      pull(controller) {
        const view = controller.byobRequest.view;
        view[0] = 7;
        controller.byobRequest.respond(1);
      },
    });
    const reader = stream.getReader({ mode: "byob" });
    const { value, done } = await reader.read(new Uint8Array(4), { min: 3 });
    equal([...value], [7, 7, 7]);
    equal(done, false);
  },

  async "iteration ends with the stream and releases it"() {
    const stream = ReadableStream.from(["a", Promise.resolve("b")]);
    const seen = [];
    for await (const chunk of stream) seen.push(chunk);
    equal(seen, ["a", "b"]);
    equal(stream.locked, false);
  },

  async "leaving the loop early cancels the source"() {
    let reason = "none";
    const stream = new ReadableStream({
      pull(controller) { controller.enqueue(1); },
      cancel(why) { reason = why; },
    });
    for await (const _ of stream) break;
    equal(reason, undefined);
  },

  async "a pipe waits for its destination"() {
    let pulled = 0;
    let release;
    const source = new ReadableStream({
      pull(controller) {
        if (++pulled === 10) controller.close();
        else controller.enqueue(pulled);
      },
    }, { highWaterMark: 0 });
    const written = [];
    const piped = source.pipeTo(new WritableStream({
      write(chunk) {
        written.push(chunk);
        if (chunk === 1) return new Promise((resolve) => { release = resolve; });
      },
    }));
    await turns();
    equal(pulled, 1);
    release();
    await piped;
    equal(written, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  },

  async "an aborted pipe cancels one end and aborts the other"() {
    const abort = new AbortController();
    const events = [];
    const piped = new ReadableStream({ cancel(reason) { events.push(`cancel ${reason}`); } })
      .pipeTo(new WritableStream({ abort(reason) { events.push(`abort ${reason}`); } }), { signal: abort.signal });
    await turns();
    abort.abort("enough");
    await rejects(piped, (error) => error === "enough");
    equal(events.sort(), ["abort enough", "cancel enough"]);
  },

  async "a transform maps chunks and flushes at the end"() {
    const upper = new TransformStream({
      transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); },
      flush(controller) { controller.enqueue("!"); },
    });
    const result = ReadableStream.from(["a", "b"]).pipeThrough(upper);
    equal(await Array.fromAsync(result), ["A", "B", "!"]);
  },

  async "both branches of a tee get everything"() {
    const [first, second] = ReadableStream.from([1, 2, 3]).tee();
    equal(await Array.fromAsync(first), [1, 2, 3]);
    equal(await Array.fromAsync(second), [1, 2, 3]);
  },

  async "text is split and joined at any byte"() {
    const bytes = new TextEncoder().encode("grüße 🐝");
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const text = ReadableStream.from(pieces).pipeThrough(new TextDecoderStream());
    equal((await Array.fromAsync(text)).join(""), "grüße 🐝");
    const encoded = ReadableStream.from(["\ud83d", "\udc1d"]).pipeThrough(new TextEncoderStream());
    equal(await new Response(encoded).text(), "🐝");
  },

  "methods refuse foreign objects"() {
    throws(() => Object.getOwnPropertyDescriptor(ReadableStream.prototype, "locked").get.call({}), TypeError);
    throws(() => WritableStream.prototype.getWriter.call({}), TypeError);
    throws(() => new ReadableStreamDefaultController(), TypeError);
  },

  async "patched built-ins see nothing of the inside"() {
    const then = Promise.prototype.then;
    let calls = 0;
    Promise.prototype.then = function (...args) { calls++; return then.apply(this, args); };
    Object.defineProperty(Array.prototype, 0, { set() { calls++; }, configurable: true });
    try {
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter();
      const reader = readable.getReader();
      writer.write("x");
      await reader.read();
      writer.close();
      await reader.closed;
    } finally {
      Promise.prototype.then = then;
      delete Array.prototype[0];
    }
    equal(calls, 0);
  },
};

function throws(action, type) {
  try {
    action();
  } catch (error) {
    if (error instanceof type) return;
    throw error;
  }
  throw new Error("did not throw");
}

async function rejects(promise, expected) {
  try {
    await promise;
  } catch (error) {
    if (expected(error)) return;
    throw new Error(`rejected with ${error}`);
  }
  throw new Error("did not reject");
}

export default { fetch: () => run(checks) };
