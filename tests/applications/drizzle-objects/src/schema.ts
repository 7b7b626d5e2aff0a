import { relations } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const accounts = sqliteTable("accounts", {
  id: integer().primaryKey({ autoIncrement: true }),
  owner: text().notNull().unique(),
  balance: integer().notNull().default(0),
});

export const transfers = sqliteTable("transfers", {
  id: integer().primaryKey({ autoIncrement: true }),
  from: integer().notNull().references(() => accounts.id),
  to: integer().notNull().references(() => accounts.id),
  amount: integer().notNull(),
});

export const accountRelations = relations(accounts, ({ many }) => ({ sent: many(transfers) }));
export const transferRelations = relations(transfers, ({ one }) => ({ sender: one(accounts, { fields: [transfers.from], references: [accounts.id] }) }));
