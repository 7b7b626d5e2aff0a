import { answeringWorker } from "../answering-worker.js";

/** Workers on a platform, some of which get new versions while they are asked. */
export class DeployedWorkers {
  steady = Array.from({ length: 16 }, (_, i) => `steady${i}`);
  changing = ["changing0", "changing1", "changing2", "changing3"];
  #server;
  #uploaded = new Map();
  #served = new Map();

  constructor(server) {
    this.#server = server;
  }

  get wellBehaved() {
    return [...this.steady, ...this.changing];
  }

  async deployAll() {
    for (const name of this.wellBehaved) {
      await this.#deploy(name, 1);
      await this.#server.publish(name);
    }
  }

  /** Deploys the next version of one of the changing ones; the milliseconds that took. */
  async change(turn) {
    const name = this.changing[turn % this.changing.length];
    const began = performance.now();
    await this.#deploy(name, this.newest(name) + 1);
    return performance.now() - began;
  }

  /** The newest version that was uploaded: no later one may answer. */
  newest(name) {
    return this.#uploaded.get(name);
  }

  /** The newest version that the server said to be in service: no older one may answer what is asked from now on. */
  oldest(name) {
    return this.#served.get(name);
  }

  async #deploy(name, version) {
    this.#uploaded.set(name, version);
    await this.#server.deploy(name, answeringWorker(name, version));
    this.#served.set(name, version);
  }
}
