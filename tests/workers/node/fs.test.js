// compatibility_flags: nodejs_compat, enable_nodejs_fs_module
import { run } from "test";
import assert from "node:assert";
import fs from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

const tests = {
  "files in /tmp are written, read and removed": async () => {
    fs.writeFileSync("/tmp/a.txt", "hello");
    fs.appendFileSync("/tmp/a.txt", " world");
    assert.strictEqual(await readFile("/tmp/a.txt", "utf8"), "hello world");
    assert.strictEqual(fs.statSync("/tmp/a.txt").size, 11);
    fs.renameSync("/tmp/a.txt", "/tmp/b.txt");
    assert.deepStrictEqual(fs.readdirSync("/tmp"), ["b.txt"]);
    fs.rmSync("/tmp/b.txt");
    assert.ok(!fs.existsSync("/tmp/b.txt"));
  },
  "folders": async () => {
    fs.mkdirSync("/tmp/x/y", { recursive: true });
    await writeFile("/tmp/x/y/z", "1");
    assert.deepStrictEqual(fs.readdirSync("/tmp/x", { recursive: true }), ["y", "y/z"]);
    assert.throws(() => fs.rmdirSync("/tmp/x"), { code: "ENOTEMPTY" });
    fs.rmSync("/tmp/x", { recursive: true });
  },
  "failures have Node.js' codes": async () => {
    assert.throws(() => fs.readFileSync("/tmp/none"), { code: "ENOENT", syscall: "open", path: "/tmp/none" });
    assert.throws(() => fs.writeFileSync("/bundle/x", ""), { code: "EPERM" });
    await assert.rejects(readFile("/tmp"), { code: "EISDIR" });
    assert.strictEqual((await new Promise((resolve) => fs.stat("/none", resolve))).code, "ENOENT");
    assert.throws(() => fs.readFile("/x"), { code: "ERR_INVALID_ARG_TYPE" });
  },
  "streams": async () => {
    const out = fs.createWriteStream("/tmp/s");
    await new Promise((resolve) => out.end("streamed", resolve));
    assert.strictEqual(await text(fs.createReadStream("/tmp/s", { start: 2, end: 4 })), "rea");
    fs.unlinkSync("/tmp/s");
  },
  "descriptors and symbolic links": () => {
    const fd = fs.openSync("/tmp/d", "w+");
    fs.writeSync(fd, "abcdef");
    const buffer = new Uint8Array(3);
    assert.strictEqual(fs.readSync(fd, buffer, 0, 3, 1), 3);
    assert.deepStrictEqual([...buffer], [98, 99, 100]);
    fs.closeSync(fd);
    assert.throws(() => fs.closeSync(fd), { code: "EBADF" });
    fs.symlinkSync("/tmp/d", "/tmp/l");
    assert.strictEqual(fs.readFileSync("/tmp/l", "latin1"), "abcdef");
    assert.strictEqual(fs.realpathSync("/tmp/l"), "/tmp/d");
  },
};

export default { fetch: () => run(tests) };
