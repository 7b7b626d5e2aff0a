import { relations, sql } from "drizzle-orm";
import { blob, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const authors = sqliteTable("authors", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull().unique(),
});

export const books = sqliteTable("books", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
  authorId: integer("author_id").notNull().references(() => authors.id, { onDelete: "cascade" }),
  lent: integer("lent", { mode: "boolean" }).notNull().default(false),
  cover: blob("cover", { mode: "buffer" }),
  added: integer("added", { mode: "timestamp" }).notNull().default(sql`(unixepoch())`),
  tags: text("tags", { mode: "json" }).$type<string[]>().notNull().default([]),
});

export const authorRelations = relations(authors, ({ many }) => ({ books: many(books) }));
export const bookRelations = relations(books, ({ one }) => ({ author: one(authors, { fields: [books.authorId], references: [authors.id] }) }));
