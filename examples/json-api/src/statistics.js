/** Count, sum, mean, median and range of a list that is not empty. */
export function describe(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, n) => total + n, 0);
  const middle = sorted.length >> 1;
  return {
    count: sorted.length,
    sum,
    mean: sum / sorted.length,
    median: sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
    min: sorted[0],
    max: sorted.at(-1),
  };
}
