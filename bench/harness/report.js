import { reference } from "./runtimes/index.js";
import { median } from "./statistics.js";

/** The whole run as one Markdown page. */
export function toMarkdown(results) {
  const { http, start, density, idle } = results;
  return [
    heading(results),
    http && summary(http),
    ...Object.entries(http ?? {}).map(([name, byRuntime]) => httpSection(name, byRuntime)),
    start && startSection(start),
    idle && idleSection(idle),
    density && densitySection(density),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function heading({ date, note, machine, versions, settings }) {
  const { cpu, cores, memoryGigabytes, kernel, system, loadBefore } = machine;
  return [
    `# Benchmark of ${date.slice(0, 16).replace("T", " ")} UTC`,
    "",
    `${cpu}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Linux ${kernel}; load ${loadBefore.toFixed(2)} before the run.`,
    `${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}.`,
    `${settings.rounds} rounds of ${settings.seconds} s, ${settings.connections} connections; servers, origin and wrk share the machine.`,
    `Figures are medians; a ratio is the median over the rounds of the round's ratio to ${reference}.`,
    ...(note ? [`Note: ${note}.`] : []),
  ].join("\n");
}

/** All workloads at a glance: what each runtime needs and gives, relative to the reference. */
function summary(http) {
  const names = Object.keys(Object.values(http)[0] ?? {});
  const cell = (byRuntime, runtime, field) => {
    const { rounds, error } = byRuntime[runtime] ?? {};
    if (error) return "failed";
    // Node has no WebSocket server and no HTMLRewriter, Deno no HTMLRewriter.
    return rounds === undefined ? "-" : ratioToReference(byRuntime, rounds, field);
  };
  const part = (title, field) => {
    const rows = Object.entries(http).map(([workload, byRuntime]) => [workload, ...names.map((name) => cell(byRuntime, name, field))]);
    return `## ${title}, relative to ${reference}\n\n${table(["workload", ...names], rows)}`;
  };
  return `${part("CPU per request", "cpuMicroseconds")}\n\n${part("Requests per second", "requestsPerSecond")}`;
}

function httpSection(name, byRuntime) {
  const rows = Object.entries(byRuntime).map(([runtime, { rounds, error }]) => {
    if (error) return [runtime, `failed: ${firstLine(error)}`];
    const middle = (field) => median(rounds.map((round) => round[field]));
    const ratio = (field) => ratioToReference(byRuntime, rounds, field);
    return [
      runtime,
      Math.round(middle("requestsPerSecond")),
      ratio("requestsPerSecond"),
      middle("cpuMicroseconds").toFixed(1),
      ratio("cpuMicroseconds"),
      middle("p50").toFixed(2),
      middle("p99").toFixed(2),
      megabytes(middle("resident")),
    ];
  });
  return `## ${name}\n\n` + table(["runtime", "requests/s", "ratio", "CPU µs/request", "ratio", "p50 ms", "p99 ms", "RSS MB"], rows);
}

function ratioToReference(byRuntime, rounds, field) {
  const against = byRuntime[reference]?.rounds;
  if (!against) return "";
  return `${median(rounds.map((round, i) => round[field] / against[i][field])).toFixed(2)}x`;
}

function startSection(byRuntime) {
  const rows = Object.entries(byRuntime).map(([runtime, { milliseconds, error }]) =>
    error
      ? [runtime, `failed: ${firstLine(error)}`]
      : [runtime, median(milliseconds).toFixed(1), Math.min(...milliseconds).toFixed(1), Math.max(...milliseconds).toFixed(1)],
  );
  return "## Process start to first 200 (ms)\n\n" + table(["runtime", "median", "least", "most"], rows);
}

function idleSection(byRuntime) {
  const rows = Object.entries(byRuntime).map(([runtime, { count, private: own, resident, error }]) =>
    error ? [runtime, `failed: ${firstLine(error)}`] : [runtime, count, (own / 1024).toFixed(1), (resident / 1024).toFixed(1)],
  );
  return "## Idle WebSockets\n\n" + table(["runtime", "connections", "private KB each", "RSS KB each"], rows);
}

function densitySection(byRuntime) {
  const counts = [];
  const starts = [];
  for (const [runtime, result] of Object.entries(byRuntime)) {
    if (result.error) {
      counts.push([runtime, `failed: ${firstLine(result.error)}`]);
      continue;
    }
    const one = result.counts.find(({ count }) => count === 1);
    for (const measured of result.counts) {
      const { count, boot, first } = measured;
      counts.push([
        runtime,
        result.shared ? count : `${count} (processes)`,
        megabytes(measured.private),
        one && count > 1 ? megabytes((measured.private - one.private) / (count - 1), 2) : "",
        megabytes(measured.resident),
        boot === undefined ? "" : boot.toFixed(0),
        ...(count > 1 && boot !== undefined ? [first.p50, first.p99, first.max].map((time) => time.toFixed(2)) : []),
      ]);
    }
    if (result.shared) starts.push(...isolateStarts(runtime, result));
  }
  return [
    "## Many workers",
    "",
    "Each worker has answered twice before memory is read. Boot is the time from process start to the first worker's 200;",
    "the first responses are those of all other workers, asked one after the other, a new connection each.",
    "",
    table(["runtime", "workers", "private MB", "MB per further worker", "RSS MB", "boot ms", "first response p50 ms", "p99 ms", "max ms"], counts),
    "",
    "## Start of one more isolate (ms)",
    "",
    "A worker's first response less its second one (medians): with pauses, so that a pool of warm isolates is full, and back",
    "to back, so that it is empty. Boot per worker is what a further worker adds to the time to the first 200.",
    "",
    table(["runtime", "with pauses", "back to back", "boot per worker"], starts),
  ].join("\n");
}

function isolateStarts(runtime, { counts, paused }) {
  const most = counts.at(-1);
  const one = counts.find(({ count }) => count === 1);
  const cost = ({ first, again }) => (first.p50 - again.p50).toFixed(2);
  const perWorker = one && most.count > 1 ? ((most.boot - one.boot) / (most.count - 1)).toFixed(2) : "";
  return [[runtime, cost(paused), most.count > 1 ? cost(most) : "", perWorker]];
}

function megabytes(bytes, digits = 1) {
  return (bytes / 2 ** 20).toFixed(digits);
}

function firstLine(text) {
  return text.split("\n")[0].replaceAll("|", "\\|");
}

/** A Markdown table with its columns aligned, numbers to the right, so that it reads well in a terminal too. */
function table(header, rows) {
  const cells = [header, ...rows].map((row) => header.map((_, i) => String(row[i] ?? "")));
  const widths = header.map((_, i) => Math.max(3, ...cells.filter((row) => row[2] !== "" || i === 0).map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
}
