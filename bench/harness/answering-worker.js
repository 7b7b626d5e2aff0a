/** A worker whose answer says who made it, of which version, to which request, and carries some work done for it. */
export const answeringWorker = (name, version) => `// ${"-".repeat(version % 50)}
export default {
  async fetch(request) {
    const n = Number(new URL(request.url).searchParams.get("n"));
    await Promise.resolve();
    const sorted = Array.from({ length: 50 }, (_, i) => (i * n) % 51).sort((a, b) => a - b);
    return Response.json({ worker: "${name}", version: ${version}, n, sum: sorted.reduce((a, b) => a + b, 0) });
  },
};
`;

/** The sums are the same again after so many requests. */
export const sumsRepeatAfter = 51;

/** The sum that its answer to request `n` holds. */
export function expectedSum(n) {
  let sum = 0;
  for (let i = 0; i < 50; i++) sum += (i * n) % 51;
  return sum;
}
