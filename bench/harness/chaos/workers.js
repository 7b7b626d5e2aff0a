import { writeFileSync } from "node:fs";
import { join } from "node:path";

// An answer says who made it, of which version, to which request, and carries some work done for it.
const good = (name, version) => `// ${"-".repeat(version % 50)}
export default {
  async fetch(request) {
    const n = Number(new URL(request.url).searchParams.get("n"));
    await Promise.resolve();
    const sorted = Array.from({ length: 50 }, (_, i) => (i * n) % 51).sort((a, b) => a - b);
    return Response.json({ worker: "${name}", version: ${version}, n, sum: sorted.reduce((a, b) => a + b, 0) });
  },
};
`;

const loops = `export default { fetch() { for (;;); } };\n`;
const eats = `export default { fetch() { const all = []; for (;;) all.push({ a: [all.length] }, new Uint8Array(1000)); } };\n`;

/** The sum that a good worker's answer to request `n` holds. */
export function expectedSum(n) {
  let sum = 0;
  for (let i = 0; i < 50; i++) sum += (i * n) % 51;
  return sum;
}

/** Fifty workers in a folder: good ones, three of which are replaced again and again, one that loops, one that eats memory. */
export class ChaosWorkers {
  good = Array.from({ length: 45 }, (_, i) => `good${i}`);
  changing = ["changing0", "changing1", "changing2"];
  offenders = ["loops", "eats"];
  #folder;
  #versions = new Map();

  constructor(folder) {
    this.#folder = folder;
    for (const name of this.wellBehaved) this.#write(name, 1);
    writeFileSync(join(folder, "loops.js"), loops);
    writeFileSync(join(folder, "eats.js"), eats);
  }

  get wellBehaved() {
    return [...this.good, ...this.changing];
  }

  /** Puts a new version of one of the changing ones in place. */
  change(turn) {
    const name = this.changing[turn % this.changing.length];
    this.#write(name, this.version(name) + 1);
  }

  /** The newest version of a worker that was written. */
  version(name) {
    return this.#versions.get(name);
  }

  #write(name, version) {
    this.#versions.set(name, version);
    writeFileSync(join(this.#folder, `${name}.js`), good(name, version));
  }
}
