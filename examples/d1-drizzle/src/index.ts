import { count, desc, eq, like, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as schema from "./schema.ts";

const { authors, books } = schema;
const app = new Hono<{ Bindings: { DB: D1Database } }>();
const database = (env: { DB: D1Database }) => drizzle(env.DB, { schema });

app.get("/authors", async ({ env, json }) => json(await database(env).query.authors.findMany({
  columns: { name: true },
  with: { books: { columns: { title: true, lent: true, tags: true }, orderBy: (book, { asc }) => asc(book.title) } },
  orderBy: (author, { asc }) => asc(author.name),
})));

app.post("/books", async ({ env, req, json }) => {
  const { title, author, tags, cover } = await req.json<{ title: string; author: string; tags?: string[]; cover?: number[] }>();
  const db = database(env);
  // A batch is a transaction: no book without its author.
  const [, added] = await db.batch([
    db.insert(authors).values({ name: author }).onConflictDoNothing(),
    db.insert(books).values({
      title,
      tags: tags ?? [],
      authorId: sql`(SELECT id FROM authors WHERE name = ${author})`,
      cover: cover ? (new Uint8Array(cover) as unknown as Buffer) : null,
    }).returning({ id: books.id, title: books.title, tags: books.tags }),
  ]);
  return json(added[0], 201);
});

app.put("/books/:id/lent", async ({ env, req, json }) => {
  const lent = await database(env).update(books).set({ lent: true }).where(eq(books.id, Number(req.param("id")))).returning();
  return lent.length === 0 ? json({ error: "There is no such book." }, 404) : json({ ...lent[0], cover: lent[0]!.cover && [...lent[0]!.cover], added: lent[0]!.added instanceof Date });
});

app.get("/statistics", async ({ env, json }) => json(await database(env)
  .select({ name: authors.name, books: count(books.id), lent: sql<number>`sum(${books.lent})` })
  .from(authors).leftJoin(books, eq(books.authorId, authors.id)).groupBy(authors.id).orderBy(desc(count(books.id)), authors.name)));

app.get("/search", async ({ env, req, json }) => json(await database(env)
  .select({ title: books.title }).from(books).where(like(books.title, `%${req.query("q") ?? ""}%`)).orderBy(books.title)));

app.delete("/authors/:name", async ({ env, req, json }) => {
  const { meta } = await database(env).delete(authors).where(eq(authors.name, req.param("name")));
  return json({ deleted: meta.changes > 0 });
});

export default app;
