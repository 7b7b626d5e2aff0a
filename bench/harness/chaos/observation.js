import { readFileSync, readdirSync } from "node:fs";

/** What a process holds now: resident megabytes, threads, descriptors, memory mappings. */
export function observe(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    megabytes: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) / 1024),
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)[1]),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    mappings: readFileSync(`/proc/${pid}/maps`, "utf8").split("\n").length - 1,
  };
}

/** Observes once a second; the largest of each figure. */
export function follow(pid) {
  const most = observe(pid);
  const timer = setInterval(() => {
    const now = observe(pid);
    for (const key in most) most[key] = Math.max(most[key], now[key]);
  }, 1000);
  return () => {
    clearInterval(timer);
    return most;
  };
}
