import { cpuSeconds, memory } from "./process-tree.js";
import { echoLength, open, textFrame } from "./socket.js";
import { quantile } from "./statistics.js";

const messageBytes = 128;

/** Sends messages on every connection, the next when the echo of the last has come, and measures the server meanwhile. */
export async function loadSockets({ pid, endpoint, connections, seconds }) {
  const frame = textFrame(messageBytes);
  const expected = echoLength(frame);
  const latencies = [];
  let messages = 0;
  let failed = 0;
  let running = true;

  const sockets = await Promise.all(Array.from({ length: connections }, () => open(endpoint)));
  for (const socket of sockets) {
    let received = 0;
    let sent = 0;
    const send = () => {
      sent = performance.now();
      socket.write(frame);
    };
    socket.on("data", (data) => {
      received += data.length;
      if (received < expected) return;
      if (received > expected) failed++;
      received = 0;
      messages++;
      if (messages % 16 === 0) latencies.push(performance.now() - sent);
      if (running) send();
    });
    socket.on("error", () => failed++);
    socket.on("close", () => running && failed++);
    send();
  }

  const cpuBefore = cpuSeconds(pid);
  const messagesBefore = messages;
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const cpu = cpuSeconds(pid) - cpuBefore;
  const elapsed = (performance.now() - started) / 1000;
  const requests = messages - messagesBefore;
  running = false;
  const { resident } = memory(pid);
  for (const socket of sockets) socket.destroy();
  return {
    requests,
    failed,
    requestsPerSecond: requests / elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuMicroseconds: requests > 0 ? (cpu * 1e6) / requests : NaN,
    resident,
  };
}
