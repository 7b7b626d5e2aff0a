import { quantile } from "./statistics.js";

/** What a run of OpenLoad told: figures in milliseconds, and lines for people. */
export function summary(title, { latencies, errors, answers }) {
  const all = [...latencies.values()].flat();
  const worst = Math.max(...[...latencies.values()].map((each) => quantile(each, 0.99)));
  const figures = { p50: quantile(all, 0.5), p99: quantile(all, 0.99), worst };
  const slowest = all.reduce((a, b) => Math.max(a, b), 0);
  const lines = [
    `${title}: ${answers} answers, p50 ${ms(figures.p50)}, p99 ${ms(figures.p99)}, p99 of the worst worker ${ms(worst)}, slowest ${ms(slowest)}`,
    ...wrongLines(errors),
  ];
  return { figures, lines, wrong: errors.size };
}

/** A line for each kind of wrong answer, with its count. */
export function wrongLines(errors) {
  return [...errors].map(([error, count]) => `  WRONG: ${count} × ${error}`);
}

export function ms(milliseconds) {
  return `${milliseconds.toFixed(2)} ms`;
}
