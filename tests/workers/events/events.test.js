import { equal, run } from "test";

const tests = {
  "an exceeded quota is told": () => {
    const error = new QuotaExceededError("full", { quota: 1, requested: 2.5 });
    const copy = structuredClone(error);
    equal([error.name, error.code, error instanceof DOMException, error.quota, error.requested], ["QuotaExceededError", 22, true, 1, 2.5]);
    equal([copy instanceof QuotaExceededError, copy.message, copy.quota, copy.requested], [true, "full", 1, 2.5]);
  },
  "listeners: order, once, capture first": () => {
    const target = new EventTarget();
    const seen = [];
    target.addEventListener("x", () => seen.push("bubble"));
    target.addEventListener("x", () => seen.push("capture"), true);
    target.addEventListener("x", () => seen.push("once"), { once: true });
    target.dispatchEvent(new Event("x"));
    target.dispatchEvent(new Event("x"));
    equal(seen, ["capture", "bubble", "once", "capture", "bubble"]);
  },
  "preventDefault": () => {
    const target = new EventTarget();
    target.addEventListener("x", (event) => event.preventDefault());
    equal([target.dispatchEvent(new Event("x", { cancelable: true })), target.dispatchEvent(new Event("x"))], [false, true]);
  },
  "a signal removes its listeners": () => {
    const target = new EventTarget();
    const controller = new AbortController();
    let calls = 0;
    target.addEventListener("x", () => calls++, { signal: controller.signal });
    controller.abort();
    target.dispatchEvent(new Event("x"));
    equal(calls, 0);
  },
  "AbortSignal.any follows the first": () => {
    const controller = new AbortController();
    const any = AbortSignal.any([new AbortController().signal, controller.signal]);
    controller.abort("why");
    equal([any.aborted, any.reason], [true, "why"]);
  },
  "AbortSignal.timeout": async () => {
    const signal = AbortSignal.timeout(1);
    await new Promise((resolve) => { signal.onabort = resolve; });
    equal(signal.reason.name, "TimeoutError");
  },
  "DOMException": () => {
    const error = new DOMException("m", "AbortError");
    equal([error.code, error.name, error.message, error instanceof Error, Error.isError(error), `${error}`], [20, "AbortError", "m", true, true, "AbortError: m"]);
  },
  "a DOMException's stack": () => {
    equal(new DOMException("m", "AbortError").stack.split("\n")[0], "AbortError: m");
    equal(Object.getOwnPropertyNames(new DOMException("m")), ["stack"]);
  },
  "listeners at a target: capturing ones first": () => {
    const heard = [];
    const target = new EventTarget();
    target.addEventListener("a", () => heard.push("later"));
    target.addEventListener("a", () => heard.push("first"), true);
    target.dispatchEvent(new Event("a"));
    equal(heard, ["first", "later"]);
  },
  "a message event's ports": () => {
    const event = new MessageEvent("message");
    equal([event.ports, Object.isFrozen(event.ports), event.ports === event.ports, event.data, event.origin], [[], true, true, null, ""]);
  },
  "message ports": async () => {
    const { port1, port2 } = new MessageChannel();
    const message = new Promise((resolve) => { port2.onmessage = (event) => resolve(event.data); });
    port1.postMessage({ a: [1] });
    equal(await message, { a: [1] });
  },
};

export default { fetch: () => run(tests) };
