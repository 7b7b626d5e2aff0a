import assert from "node:assert/strict";
import { checks, json } from "../client.mjs";

const accounts = [{ owner: "Ada", balance: 70, sent: [{ amount: 20 }, { amount: 10 }] }, { owner: "Bob", balance: 30, sent: [] }];

export async function first(origin) {
  await checks(origin, migrations, transfers, apart);
}

/** The migrations of before are not carried out anew. */
export async function again(origin) {
  await migrations(origin);
  assert.deepEqual(await json(`${origin}/bank/all`), accounts);
}

async function migrations(origin) {
  assert.deepEqual(await json(`${origin}/bank/migrated`), [1762000000000, 1762000001000]);
}

async function transfers(origin) {
  assert.deepEqual(await json(`${origin}/bank/open`, { body: ["Ada", 100] }), { id: 1, owner: "Ada", balance: 100 });
  await json(`${origin}/bank/open`, { body: ["Bob", 0] });
  await json(`${origin}/bank/open`, { body: ["Bob", 0], status: 500 });
  assert.deepEqual(await json(`${origin}/bank/transfer`, { body: ["Ada", "Bob", 20] }), { Ada: 80, Bob: 20 });
  await json(`${origin}/bank/transfer`, { body: ["Ada", "Bob", 10] });
  await json(`${origin}/bank/transfer`, { body: ["Ada", "Bob", 1000], status: 500 });
  await json(`${origin}/bank/transfer`, { body: ["Ada", "nobody", 1], status: 500 });
  assert.deepEqual(await json(`${origin}/bank/all`), accounts);
}

async function apart(origin) {
  assert.deepEqual(await json(`${origin}/another/all`), []);
}
