// bindings: d1 DB, d1 OTHER
// The store behind these knows no SQL: it tells what it was asked, as an array of texts. What SQL does is tested with the store.
import { equal, run, throws } from "test";

const failure = async (call) => {
  try {
    await call();
  } catch (error) {
    return `${error.name}: ${error.message} | ${error.cause?.message}`;
  }
  return "none";
};

let env;
const asked = (statement) => statement.raw();

const checks = {
  async "a statement goes to its database with its parameters"() {
    equal(await asked(env.DB.prepare("SELECT ?").bind(1)), ["id of DB", "Raw", "SELECT ?", "1"]);
    equal(await asked(env.OTHER.prepare("SELECT 1")), ["id of OTHER", "Raw", "SELECT 1"]);
    equal((await env.DB.prepare("a").raw({ columnNames: true }))[1], "RawWithNames");
    equal((await env.DB.prepare("a").first())[1], "First");
    equal(await env.DB.prepare("a").run(), "id of DB");
    equal(await env.DB.prepare("a").all(), "id of DB");
  },

  async "every kind of value has its form"() {
    const f32 = new Float32Array([1.5, 300]);
    const values = [
      1, 1.5, -0, NaN, Infinity, 2 ** 53, true, false, null, "", "é€😀", "a\0b", [1, 255], [], new Uint8Array([7]), new Uint8Array([7, 8]).buffer,
      new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1), f32,
    ];
    equal((await asked(env.DB.prepare("q").bind(...values))).slice(3), [
      "1", "1.5", "-0", "NULL", "NULL", "9007199254740992", "1", "0", "NULL", "''", "'é€😀'", "'a\0b'", "x01ff", "x", "x07", "x0708", "x02", "x012c",
    ]);
  },

  async "bytes are copied when they are bound"() {
    const bytes = new Uint8Array([1, 2]);
    const statement = env.DB.prepare("q").bind(bytes, bytes.buffer);
    bytes.fill(9);
    equal((await asked(statement)).slice(3), ["x0102", "x0102"]);
  },

  async "a statement can be bound again and again"() {
    const statement = env.DB.prepare("q");
    const one = statement.bind(1);
    equal([(await asked(one.bind("x"))).slice(3), (await asked(one)).slice(3), (await asked(statement)).slice(3)], [["'x'"], ["1"], []]);
  },

  async "more parameters than fit on a stack"() {
    const many = Array.from({ length: 100 }, (_, i) => i);
    equal((await asked(env.DB.prepare("q").bind(...many))).slice(3), many.map(String));
    const long = "x".repeat(100_000) + "é";
    equal((await asked(env.DB.prepare(long).bind(long))).slice(2), [long, `'${long}'`]);
  },

  async "what is no value is refused in D1's words"() {
    const bind = (value) => failure(async () => env.DB.prepare("q").bind(value));
    const refused = (type, text) => `Error: D1_TYPE_ERROR: Type '${type}' not supported for value '${text}' | Type '${type}' not supported for value '${text}'`;
    equal(await bind(undefined), refused("undefined", "undefined"));
    equal(await bind(1n), refused("bigint", "1"));
    equal(await bind({}), refused("object", "[object Object]"));
    equal(await bind([256]), refused("object", "256"));
    equal(await bind(["a"]), refused("object", "a"));
    equal(await bind(Symbol("x")), "TypeError: Cannot convert a Symbol value to a string | undefined");
    equal(await failure(() => env.DB.prepare(5).run()), "Error: D1_ERROR: SQL must be a string, not number: batch() takes what prepare() and bind() return. | SQL must be a string, not number: batch() takes what prepare() and bind() return.");
    equal(await failure(() => env.DB.batch([{}])), "Error: D1_ERROR: SQL must be a string, not undefined: batch() takes what prepare() and bind() return. | SQL must be a string, not undefined: batch() takes what prepare() and bind() return.");
  },

  async "a batch is one call"() {
    equal(await env.DB.batch([env.DB.prepare("a").bind(1, 2), env.DB.prepare("b"), env.DB.prepare("c").bind("x")]), ["id of DB", "Objects", "a", "1", "2", "b", "c", "'x'"]);
  },

  async "exec sends its lines"() {
    equal(await env.DB.exec("  a;\nb; c\n"), ["id of DB", "Count", "a;", "b; c"]);
  },

  async "a column that is not there"() {
    equal(await failure(() => env.DB.prepare("q").first("nope")), "Error: D1_COLUMN_NOTFOUND: Column not found (nope) | Column not found");
    equal(await env.DB.prepare("q").first("2"), "q");
  },

  async "sessions have bookmarks"() {
    const session = env.DB.withSession();
    equal(session.getBookmark(), null);
    equal(await asked(session.prepare("a")), ["id of DB", "Raw", "a"]);
    equal(session.getBookmark(), "b");
    equal((await session.batch([session.prepare("a")]))[1], "Objects");
    equal(env.DB.withSession("first-primary").getBookmark(), null);
    const later = env.DB.withSession(" 0001 ");
    equal(later.getBookmark(), "0001");
    await later.prepare("a").run();
    equal(later.getBookmark(), "b");
    const newest = env.DB.withSession("c");
    await newest.prepare("a").run();
    equal(newest.getBookmark(), "c");
  },

  async "dump is gone"() {
    equal((await failure(() => env.DB.dump())).startsWith("Error: D1_DUMP_ERROR: "), true);
  },

  async "it is what it seems"() {
    const statement = env.DB.prepare("q").bind(1);
    equal([env.DB, statement, env.DB.withSession()].map((each) => each.constructor.name), ["D1Database", "D1PreparedStatement", "D1DatabaseSession"]);
    equal([Object.keys(env.DB), Object.keys(statement), statement.statement, statement.params], [[], ["statement", "params"], "q", [1]]);
    const { prepare, exec } = env.DB;
    await throws("TypeError", () => prepare("a"));
    equal(await failure(() => exec("a")), "TypeError: Illegal invocation | undefined");
    await throws("TypeError", () => new env.DB.constructor({}, 1));
    await throws("TypeError", () => new statement.constructor({}, 1));
  },

  async "replaced built-ins change nothing"() {
    const { parse } = JSON;
    const { then } = Promise.prototype;
    JSON.parse = () => "hacked";
    Array.prototype[Symbol.iterator] = undefined;
    Promise.prototype.then = function () { throw new Error("hacked"); };
    const pending = env.DB.prepare("q").bind(1, new Uint8Array([1])).raw();
    JSON.parse = parse;
    Array.prototype[Symbol.iterator] = Array.prototype.values;
    Promise.prototype.then = then;
    equal((await pending).slice(3), ["1", "x01"]);
  },
};

export default {
  fetch(request, given) {
    env = given;
    return run(checks);
  },
};
