import { equal, run, throws } from "test";

const tests = {
  "the clock is Date's": () => equal([performance.timeOrigin, Math.abs(performance.now() - Date.now()) < 1000], [0, true]),
  "marks and measures": () => {
    performance.mark("a", { detail: { x: 1 } });
    const measure = performance.measure("m", "a");
    equal([performance.getEntriesByName("a")[0].detail, measure.entryType, performance.getEntries().length], [{ x: 1 }, "measure", 2]);
    performance.clearMarks();
    equal(performance.getEntriesByType("mark").length, 0);
  },
  "an observer gets what comes, together": async () => {
    const seen = new Promise((resolve) => {
      const observer = new PerformanceObserver(function (list, self, options) {
        observer.disconnect();
        resolve([list.getEntries().map((entry) => entry.name), this === self, options.droppedEntriesCount]);
      });
      observer.observe({ entryTypes: ["mark", "measure", "unknown"] });
    });
    performance.mark("seen 1", { startTime: 2 });
    performance.mark("seen 2", { startTime: 1 });
    equal(await seen, [["seen 2", "seen 1"], true, 0]);
    performance.clearMarks();
  },
  "an observer gets what was, when asked": async () => {
    performance.mark("before");
    const names = await new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => {
        observer.disconnect();
        resolve(list.getEntriesByType("mark").map((entry) => entry.name));
      });
      observer.observe({ type: "mark", buffered: true });
    });
    equal(names, ["before"]);
    performance.clearMarks();
  },
  "an observer's records can be taken": () => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "measure" });
    performance.measure("taken");
    equal([observer.takeRecords().length, observer.takeRecords().length], [1, 0]);
    observer.disconnect();
    performance.clearMeasures();
  },
  "an observer is asked in one way": () => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "mark" });
    throws("InvalidModificationError", () => observer.observe({ entryTypes: ["mark"] }));
    throws("TypeError", () => observer.observe({}));
    observer.disconnect();
  },
  "an unknown mark": () => throws("SyntaxError", () => performance.measure("m", "none")),
  "navigator": () => equal(navigator.userAgent, "Cloudflare-Workers"),
};

export default { fetch: () => run(tests) };
