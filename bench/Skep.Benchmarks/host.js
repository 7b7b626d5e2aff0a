// The JavaScript side of the crossings, evaluated into the snapshot. Loops over ops run here, so that entering the
// isolate is not what is measured.
const ops = globalThis.__skepOps;
const short = "content-type";
const long = "a line of text, repeated until it is 16 KB.\n".repeat(400).slice(0, 16384);
const wide = "é→".repeat(4096);
const bytes = new Uint8Array(16384).fill(7);

let settled = 0;

globalThis.__skepHost = {
  nothing() {},
  add: (a, b) => a + b,

  opNothing(n) {
    for (let i = 0; i < n; i++) ops.nothing();
  },
  opAdd(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = ops.add(sum, i);
    return sum;
  },

  giveShort(n) {
    for (let i = 0; i < n; i++) ops.take_string(short);
  },
  giveLong(n) {
    for (let i = 0; i < n; i++) ops.take_string(long);
  },
  giveWide(n) {
    for (let i = 0; i < n; i++) ops.take_string(wide);
  },
  giveLongUtf8(n) {
    for (let i = 0; i < n; i++) ops.take_utf8(long);
  },
  takeShort(n) {
    let total = 0;
    for (let i = 0; i < n; i++) total += ops.give_short().length;
    return total;
  },
  takeLong(n) {
    let total = 0;
    for (let i = 0; i < n; i++) total += ops.give_long().length;
    return total;
  },

  giveBytes(n) {
    let total = 0;
    for (let i = 0; i < n; i++) total += ops.take_bytes(bytes);
    return total;
  },
  takeBytes(n) {
    let total = 0;
    for (let i = 0; i < n; i++) total += ops.give_bytes().length;
    return total;
  },

  async awaits(promise) {
    settled += await promise;
  },
  settled: () => settled,
};
