import { Connection } from "../connection.js";

/** Keeps some requests to a worker under way all the time; what it answered, by kind. */
export class Offence {
  #connections;
  #stopped = false;
  #done;
  answers = new Map();

  constructor(name, port, connections) {
    this.#connections = Array.from({ length: connections }, () => new Connection(port));
    this.#done = Promise.all(this.#connections.map(async (connection) => {
      while (!this.#stopped) {
        const kind = await connection.send(`${name}.localhost:${port}`, "/").then(
          ({ status, body }) => `${status} ${/Worker exceeded [a-z A-Z]*limit/.exec(body)?.[0] ?? (/error code: \d+/.exec(body)?.[0] ?? "")}`,
          (error) => error.message,
        );
        if (!this.#stopped) this.answers.set(kind, (this.answers.get(kind) ?? 0) + 1);
      }
    }));
  }

  /** The clients leave, in the middle of what they asked for. */
  async stop() {
    this.#stopped = true;
    for (const connection of this.#connections) connection.close();
    await this.#done;
  }
}
