import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answeringWorker } from "../answering-worker.js";

const loops = `export default { fetch() { for (;;); } };\n`;
const eats = `export default { fetch() { const all = []; for (;;) all.push({ a: [all.length] }, new Uint8Array(1000)); } };\n`;

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
    this.#write(name, this.newest(name) + 1);
  }

  /** The newest version of a worker that was written: no later one may answer. */
  newest(name) {
    return this.#versions.get(name);
  }

  /** The server may be a few versions behind while it builds. */
  oldest() {
    return 1;
  }

  #write(name, version) {
    this.#versions.set(name, version);
    writeFileSync(join(this.#folder, `${name}.js`), answeringWorker(name, version));
  }
}
