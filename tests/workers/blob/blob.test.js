import { equal, run } from "test";

const tests = {
  "parts, slices and type": async () => {
    const blob = new Blob(["ab", new Uint8Array([99]), new Blob(["d"])], { type: "Text/Plain" });
    equal([blob.size, blob.type, await blob.text(), await blob.slice(1, -1, "x/y").text()], [4, "text/plain", "abcd", "bc"]);
  },
  "native line endings": async () => equal(await new Blob(["a\r\nb\rc"], { endings: "native" }).text(), "a\nb\nc"),
  "streams": async () => equal(await new Response(new Blob(["a", "b"]).stream()).text(), "ab"),
  "bytes are a copy": async () => {
    const blob = new Blob(["a"]);
    (await blob.bytes())[0] = 0;
    equal(await blob.text(), "a");
  },
  "File": () => {
    const file = new File(["x"], "n.txt", { lastModified: 5 });
    equal([file.name, file.lastModified, file instanceof Blob], ["n.txt", 5, true]);
  },
  "FormData turns blobs into files": async () => {
    const form = new FormData();
    form.append("a", new Blob(["x"]));
    form.set("b", new Blob(["y"]), "n.txt");
    form.append("b", "text");
    equal([form.get("a").name, form.getAll("b").map((value) => value.name ?? value)], ["blob", ["n.txt", "text"]]);
    const back = await new Response(form).formData();
    equal(await back.get("b").text(), "y");
  },
};

export default { fetch: () => run(tests) };
