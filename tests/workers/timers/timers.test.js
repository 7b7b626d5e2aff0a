import { equal, run, throws } from "test";

const tests = {
  "setTimeout passes arguments": async () => equal(await new Promise((resolve) => setTimeout((...args) => resolve(args), 1, 1, 2)), [1, 2]),
  "clearTimeout": async () => {
    let fired = false;
    clearTimeout(setTimeout(() => { fired = true; }, 1));
    await scheduler.wait(10);
    equal(fired, false);
  },
  "setInterval until cleared": async () => {
    let count = 0;
    await new Promise((resolve) => {
      const id = setInterval(() => {
        if (++count === 3) {
          clearInterval(id);
          resolve();
        }
      }, 1);
    });
    equal(count, 3);
  },
  "queueMicrotask comes before timers": async () => {
    const order = [];
    setTimeout(() => order.push("timer"), 0);
    queueMicrotask(() => order.push("microtask"));
    await scheduler.wait(10);
    equal(order, ["microtask", "timer"]);
  },
  "scheduler.wait with a signal": () => throws("AbortError", () => {
    const controller = new AbortController();
    const waiting = scheduler.wait(10_000, { signal: controller.signal });
    controller.abort();
    return waiting;
  }),
  "at most 10,000 timers": () => throws("QuotaExceededError", () => {
    const ids = [];
    try {
      for (;;) ids.push(setTimeout(() => {}, 100_000));
    } finally {
      ids.forEach(clearTimeout);
    }
  }),
  "strings are no handlers": () => throws("TypeError", () => setTimeout("1")),
};

export default { fetch: () => run(tests) };
