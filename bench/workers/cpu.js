// Counts the solutions of the n-queens problem: nothing but JavaScript.
function place(row, columns, left, right, n) {
  if (row === n) return 1;
  let solutions = 0;
  let free = ~(columns | left | right) & ((1 << n) - 1);
  while (free !== 0) {
    const square = free & -free;
    free ^= square;
    solutions += place(row + 1, columns | square, (left | square) << 1, (right | square) >> 1, n);
  }
  return solutions;
}

export default {
  fetch(request) {
    const n = Number(new URL(request.url).searchParams.get("n"));
    return new Response(String(place(0, 0, 0, 0, n)));
  },
};
