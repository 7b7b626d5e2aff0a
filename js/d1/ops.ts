// What D1 databases ask of the host. A database is the place of its binding among those of the version.
declare module "../core/ops.ts" {
  interface Ops {
    /**
     * Runs queries in one transaction. `queries` is flat: SQL, the number of its parameters, these, SQL, …
     * Answers with JSON of the shape, and with the bookmark when it is asked for; at once if the result is at hand.
     */
    d1_query(database: number, shape: Shape, bookmark: boolean, queries: unknown[]): Answer | Promise<Answer>;
  }
}

export type Answer = string | [json: string, bookmark: string];

/** `D1Shape` of the host. */
export type Shape = 0 | 2 | 3 | 4 | 5;
export const objects = 0;
export const first = 2;
export const raw = 3;
export const rawWithNames = 4;
export const count = 5;
