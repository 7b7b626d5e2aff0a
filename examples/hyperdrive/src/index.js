import pg from "pg";
import postgres from "postgres";

const routes = {
  "/": (env) => ({ host: env.HYPERDRIVE.host, user: env.HYPERDRIVE.user, database: env.HYPERDRIVE.database }),

  async "/pg"(env) {
    const client = new pg.Client({ connectionString: env.HYPERDRIVE.connectionString });
    await client.connect();
    try {
      await client.query("CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text)");
      await client.query("INSERT INTO notes (text) VALUES ($1)", ["it's a note"]);
      const byName = { name: "count", text: "SELECT count(*)::int AS notes, $1::int + 1 AS plus FROM notes", values: [41] };
      const [first, second] = [await client.query(byName), await client.query(byName)];
      await client.query("BEGIN");
      await client.query("INSERT INTO notes (text) VALUES ('never')");
      await client.query("ROLLBACK");
      const error = await client.query("SELECT * FROM nowhere").catch((thrown) => thrown.code);
      const bytes = Buffer.alloc(1_000_000, 7);
      const { rows: [echo] } = await client.query("SELECT $1::bytea AS bytes", [bytes]);
      const { rows: [{ notes }] } = await client.query("SELECT count(*)::int AS notes FROM notes");
      return { plus: [first.rows[0].plus, second.rows[0].plus], error, same: echo.bytes.equals(bytes), rolledBack: notes === second.rows[0].notes };
    } finally {
      await client.end();
    }
  },

  async "/postgres"(env) {
    const sql = postgres(env.HYPERDRIVE.connectionString, { max: 5 });
    try {
      const many = await Promise.all(Array.from({ length: 20 }, (_, i) => sql`SELECT ${i}::int AS i`));
      const [{ sum }] = await sql.begin(async (transaction) => {
        await transaction`CREATE TEMP TABLE parts (part int) ON COMMIT DROP`;
        await transaction`INSERT INTO parts ${transaction([{ part: 1 }, { part: 2 }])}`;
        return transaction`SELECT sum(part)::int AS sum FROM parts`;
      });
      const error = await sql`SELECT * FROM nowhere`.catch((thrown) => thrown.code);
      return { many: many.reduce((total, [{ i }]) => total + i, 0), sum, error };
    } finally {
      await sql.end();
    }
  },

  async "/connections"(env) {
    const client = new pg.Client(env.HYPERDRIVE.connectionString);
    await client.connect();
    try {
      const { rows } = await client.query("SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'Skep Hyperdrive'");
      return rows[0].count;
    } finally {
      await client.end();
    }
  },

  // Without a driver: what the binding connects to speaks PostgreSQL's protocol.
  async "/socket"(env) {
    const socket = env.HYPERDRIVE.connect();
    const { remoteAddress } = await socket.opened;
    await socket.close();
    return remoteAddress;
  },
};

export default {
  async fetch(request, env) {
    const route = routes[new URL(request.url).pathname];
    if (!route) return new Response("Not found", { status: 404 });
    try {
      return Response.json(await route(env));
    } catch (thrown) {
      return new Response(String(thrown), { status: 500 });
    }
  },
};
