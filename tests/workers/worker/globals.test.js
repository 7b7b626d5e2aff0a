import { equal, run, throws } from "test";

const tests = {
  "Cloudflare.compatibilityFlags cannot be changed": () => {
    equal([String(Cloudflare), Object.isFrozen(Cloudflare.compatibilityFlags), Object.getPrototypeOf(Cloudflare.compatibilityFlags)], ["[object Cloudflare]", true, null]);
    equal(Cloudflare.compatibilityFlags.there_is_no_such_flag, undefined);
  },
  "there is no origin": async () => {
    equal([origin, self.origin], ["null", "null"]);
    await throws("TypeError", () => { origin = "x"; });
  },
  "Body has what Request and Response share": async () => {
    const request = new Request("http://x/", { method: "POST", body: "sent" });
    const response = Response.json({ a: 1 });
    equal([request instanceof Body, response instanceof Body, {} instanceof Body], [true, true, false]);
    equal(Object.getOwnPropertyNames(Body.prototype).sort(), ["arrayBuffer", "blob", "body", "bodyUsed", "bytes", "constructor", "formData", "json", "text"]);
    const { text, json } = Body.prototype;
    equal([await text.call(request), await json.call(response), request.bodyUsed], ["sent", { a: 1 }, true]);
    equal((await Body.prototype.blob.call(Response.json(1))).type, "application/json");
    await throws("TypeError", () => text.call({}));
    await throws("TypeError", () => new Body());
  },
  "TailEvent and TraceEvent are one": async () => {
    equal([TailEvent === TraceEvent, TailEvent.prototype instanceof ExtendableEvent], [true, true]);
    await throws("TypeError", () => new TailEvent("tail"));
  },
  "blob: URLs are not made": async () => {
    await throws("Error", () => URL.createObjectURL(new Blob()));
    await throws("Error", () => URL.revokeObjectURL("blob:x"));
  },
  "a beacon is sent to an absolute URL": async () => {
    equal(navigator.sendBeacon("data:,", "ignored"), true);
    await throws("TypeError", () => navigator.sendBeacon("nowhere"));
    await throws("TypeError", () => navigator.sendBeacon());
  },
  "the timeline has nothing to tell of input, Node and resources": async () => {
    equal([performance.eventCounts.size, [...performance.eventCounts], performance.eventCounts.get("click"), performance.eventCounts.has("click")], [0, [], undefined, false]);
    equal([performance.nodeTiming.name, performance.nodeTiming.toJSON().uvMetricsInfo.events], ["node", 0]);
    equal(performance.eventLoopUtilization(), { idle: 0, active: 0, utilization: 0 });
    const fn = () => 1;
    equal([performance.timerify(fn) === fn, performance.markResourceTiming()], [true, undefined]);
    equal(PerformanceResourceTiming.prototype instanceof PerformanceEntry, true);
    await throws("TypeError", () => new PerformanceResourceTiming());
    await throws("TypeError", () => performance.timerify({}));
  },
  "a BYOB request says how much is waited for": async () => {
    const seen = [];
    const stream = new ReadableStream({
      type: "bytes",
      pull(controller) {
        const request = controller.byobRequest;
        seen.push(request.atLeast);
        request.view[0] = 1;
        request.respond(1);
        seen.push(request.atLeast);
      },
    });
    const reader = stream.getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(4), { min: 2 });
    equal([value.length, seen], [2, [2, null, 1, null]]);
  },
};

export default { fetch: () => run(tests) };
