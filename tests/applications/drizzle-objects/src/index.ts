import { DurableObject } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { type DrizzleSqliteDODatabase, drizzle } from "drizzle-orm/durable-sqlite";
import { migrate } from "drizzle-orm/durable-sqlite/migrator";
import migrations from "../migrations/migrations.js";
import * as schema from "./schema";

interface Env {
  ACCOUNTS: DurableObjectNamespace<Accounts>;
}

/** The accounts of a bank, in the object's own database. */
export class Accounts extends DurableObject<Env> {
  private readonly database: DrizzleSqliteDODatabase<typeof schema>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.database = drizzle(ctx.storage, { schema });
    ctx.blockConcurrencyWhile(() => migrate(this.database, migrations));
  }

  async open(owner: string, balance: number) {
    const [account] = await this.database.insert(schema.accounts).values({ owner, balance }).returning();
    return account;
  }

  /** All of it or nothing. */
  async transfer(from: string, to: string, amount: number) {
    return this.database.transaction((transaction) => {
      const { accounts, transfers } = schema;
      const [receiver] = transaction.update(accounts).set({ balance: sql`${accounts.balance} + ${amount}` }).where(eq(accounts.owner, to)).returning().all();
      if (receiver === undefined) transaction.rollback();
      const [sender] = transaction.update(accounts).set({ balance: sql`${accounts.balance} - ${amount}` }).where(eq(accounts.owner, from)).returning().all();
      transaction.insert(transfers).values({ from: sender.id, to: receiver.id, amount }).run();
      return { [from]: sender.balance, [to]: receiver.balance };
    });
  }

  async all() {
    return this.database.query.accounts.findMany({ columns: { owner: true, balance: true }, with: { sent: { columns: { amount: true } } } });
  }

  async migrated() {
    return this.ctx.storage.sql.exec("SELECT created_at FROM __drizzle_migrations ORDER BY created_at").toArray().map(({ created_at }) => created_at);
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, bank, method] = new URL(request.url).pathname.split("/");
    const accounts = env.ACCOUNTS.getByName(bank) as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    try {
      return Response.json(await accounts[method](...(request.method === "POST" ? await request.json<unknown[]>() : [])));
    } catch (error) {
      return Response.json({ error: String(error), cause: String((error as Error).cause) }, { status: 500 });
    }
  },
};
