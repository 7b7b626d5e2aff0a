// D1: one row by its key, several rows, a transaction, and inserts that each wait for the disk.
export const name = "d1";

export const config = { d1_databases: [{ binding: "DB", database_name: "bench", database_id: "bench" }] };

export const worker = `
const rows = 10000;
let next = 0;
export default {
  async fetch(request, env) {
    const db = env.DB;
    switch (new URL(request.url).pathname) {
      case "/fill": {
        await db.batch([
          db.prepare("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT, score REAL)"),
          db.prepare("CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, at INTEGER, text TEXT)"),
          db.prepare("DELETE FROM t"),
          db.prepare("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " + (rows - 1) + ") INSERT INTO t SELECT i, 'name of ' || i, i / 3.0 FROM n"),
        ]);
        break;
      }
      case "/first": return Response.json(await db.prepare("SELECT * FROM t WHERE id = ?").bind(next++ * 7919 % rows).first());
      case "/all": {
        const from = next++ * 7919 % rows;
        return Response.json((await db.prepare("SELECT * FROM t WHERE id >= ? ORDER BY id LIMIT 50").bind(from).all()).results.length);
      }
      case "/batch": {
        const id = next++ * 7919 % rows;
        await db.batch([
          db.prepare("UPDATE t SET score = score + 1 WHERE id = ?").bind(id),
          db.prepare("SELECT score FROM t WHERE id = ?").bind(id),
        ]);
        break;
      }
      case "/insert": await db.prepare("INSERT INTO log (at, text) VALUES (?, ?)").bind(Date.now(), "something that happened").run(); break;
    }
    return new Response("ok");
  },
};
`;

export const before = (client) => client.text("/fill");

export const measures = [
  { name: "select one row by its key, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/first", connections: 32 }) },
  { name: "select one row by its key, one at a time (requests/s)", run: (client) => client.rate({ path: "/first", connections: 1 }) },
  { name: "select 50 rows, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/all", connections: 32 }) },
  { name: "update and select in a batch, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/batch", connections: 32 }) },
  { name: "insert a row, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/insert", connections: 32 }) },
  { name: "insert a row, one at a time (requests/s)", run: (client) => client.rate({ path: "/insert", connections: 1 }) },
];
