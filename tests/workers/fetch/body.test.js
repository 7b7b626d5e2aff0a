import { equal, run, throws } from "test";

const typeOf = async (...values) => {
  const response = new Response("", { headers: values.map((value) => ["content-type", value]) });
  return (await response.blob()).type;
};

const tests = {
  "a blob has the last valid type of a repeated header": async () =>
    equal(await typeOf("text/html", "nonsense", "text/plain;charset=x"), "text/plain;charset=x"),
  "the charset survives a repetition of its type": async () =>
    equal(await typeOf("text/plain;charset=gbk", "text/plain"), "text/plain;charset=gbk"),
  "another type forgets the charset": async () =>
    equal(await typeOf("text/plain;charset=gbk", "text/html"), "text/html"),
  "a quoted comma separates nothing": async () =>
    equal(await typeOf('text/plain;a="b,c"'), 'text/plain;a="b,c"'),
  "white space counts where MIME types have none": async () =>
    equal([await typeOf("text/ html"), await typeOf("text/html;charset= gbk")], ["", 'text/html;charset=" gbk"']),
  "reading methods reject for what is no response": async () => {
    for (const self of [null, undefined, 1, {}]) await throws("TypeError", () => Response.prototype.text.call(self));
    const promise = Request.prototype.text.call(null);
    equal(promise instanceof Promise, true);
    await promise.catch(() => {});
  },
  "a form keeps the byte order marks of its names": async () => {
    const response = new Response("\uFEFFa=1", { headers: { "content-type": "application/x-www-form-urlencoded" } });
    equal([...(await response.formData()).keys()], ["\uFEFFa"]);
  },
  "worker code cannot come between a stream and its text": async () => {
    for (const given of [1, {}, undefined, { done: false, value: new Uint8Array(1) }]) {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("hello"));
          controller.close();
        },
      });
      const response = new Response(body);
      Object.prototype.then = (resolve) => {
        delete Object.prototype.then;
        resolve(given);
      };
      const text = await response.text().finally(() => delete Object.prototype.then);
      equal(text, "hello");
    }
  },
};

export default { fetch: () => run(tests) };
