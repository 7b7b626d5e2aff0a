// bindings: queue Q, queue OTHER
import { equal, run } from "test";

const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return "none";
};

let env;

const checks = {
  async "what is sent is answered with what the queue holds"() {
    const { metadata } = await env.Q.send({ a: 1 }, { contentType: "json", delaySeconds: 5 });
    equal([metadata.metrics.backlogCount > 0, metadata.metrics.backlogBytes > 0, metadata.metrics.oldestMessageTimestamp.getTime()], [true, true, 1000]);
    const metrics = await env.Q.metrics();
    equal(metrics, metadata.metrics);
    equal(await env.OTHER.metrics(), { backlogCount: 0, backlogBytes: 0 });
  },

  async "bodies of every content type are sent"() {
    for (const [body, contentType] of [["text", "text"], [new Uint8Array([1, 2]), "bytes"], [new DataView(new ArrayBuffer(3)), "BYTES"], [[1, null], "json"], [new Map([[1, new Date(0)]]), "v8"]]) {
      equal(await failure(env.Q.send(body, { contentType })), "none");
    }
    equal(await failure(env.Q.send("by default")), "none");
    equal(await failure(env.Q.send(null)), "none");
  },

  async "bodies that do not fit their content type are refused"() {
    equal(await failure(env.Q.send(1, { contentType: "text" })), 'TypeError: Content Type "text" requires a value of type string, but received: number');
    equal(await failure(env.Q.send("a", { contentType: "bytes" })), 'TypeError: Content Type "bytes" requires a value of type ArrayBufferView, but received: string');
    equal(await failure(env.Q.send(1, { contentType: "xml" })), "TypeError: Unsupported queue message content type: xml");
    equal(await failure(env.Q.send(undefined)), "TypeError: Message body cannot be undefined");
    equal(await failure(env.Q.send(() => 1, { contentType: "v8" })), "DataCloneError: () => 1 could not be cloned.");
    equal(await failure(env.Q.send(new Response(""), { contentType: "v8" })), 'DataCloneError: Could not serialize object of type "Response". This type does not support serialization.');
    equal(await failure(env.Q.send(() => 1, { contentType: "json" })), "TypeError: A message body of type function cannot be written as JSON.");
  },

  async "a batch is any iterable of requests"() {
    function* requests() {
      yield { body: 1 };
      yield { body: "2", contentType: "text", delaySeconds: 3 };
    }
    const before = (await env.OTHER.metrics()).backlogCount;
    const { metadata } = await env.OTHER.sendBatch(requests(), { delaySeconds: 1 });
    equal(metadata.metrics.backlogCount, before + 2);
    equal(await failure(env.OTHER.sendBatch([])), "TypeError: sendBatch() requires at least one message");
    equal(await failure(env.OTHER.sendBatch([{}])), "TypeError: Message body cannot be undefined");
    equal((await failure(env.OTHER.sendBatch(5))).startsWith("TypeError"), true);
    equal((await failure(env.OTHER.sendBatch([5]))).startsWith("TypeError"), true);
  },

  async "it is an object of its own class"() {
    equal(Object.prototype.toString.call(env.Q), "[object WorkerQueue]");
    equal(await failure(env.Q.send.call({}, 1)), "TypeError: Illegal invocation");
    equal(await failure(env.Q.metrics.call(undefined)), "TypeError: Illegal invocation");
  },
};

export default {
  fetch(request, given) {
    env = given;
    return run(checks);
  },
};
