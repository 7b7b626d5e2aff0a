// As drizzle-kit writes it for Durable Objects.
import m0000 from "./0000_accounts.sql";
import m0001 from "./0001_transfers.sql";

export default {
  journal: {
    version: "7",
    dialect: "sqlite",
    entries: [
      { idx: 0, version: "6", when: 1762000000000, tag: "0000_accounts", breakpoints: true },
      { idx: 1, version: "6", when: 1762000001000, tag: "0001_transfers", breakpoints: true },
    ],
  },
  migrations: { m0000, m0001 },
};
