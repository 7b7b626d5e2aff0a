import * as workers from "cloudflare:workers";
import { env, exports, tracing, waitUntil, withEnv, withEnvAndExports, withExports } from "cloudflare:workers";
import { equal, run, throws } from "test";

export class Other extends workers.WorkerEntrypoint {
  async fetch(request) {
    await null;
    return new Response(`${request.method} ${new URL(request.url).pathname} ${JSON.stringify(this.ctx.props)} ${await request.text()}`);
  }
}

export const plain = {
  fetch: (request, env, ctx) => new Response(`plain ${ctx.props.name ?? "nobody"}`),
};

export class Wrong extends workers.WorkerEntrypoint {
  fetch() { return "text"; }
}

let ctx;

const tests = {
  "props are empty for an event from outside": () => equal([ctx.props, ctx.props === ctx.props], [{}, true]),
  "exports has a stub for every entrypoint": () => {
    equal(Object.keys(ctx.exports).sort(), ["Other", "Wrong", "default", "plain"]);
    equal([String(ctx.exports.Other), typeof ctx.exports.Other, Object.keys(exports).sort()], ["[object LoopbackServiceStub]", "function", Object.keys(ctx.exports).sort()]);
  },
  "an entrypoint can be called": async () => {
    const response = await ctx.exports.Other.fetch("http://x/a", { method: "POST", body: "sent" });
    equal(await response.text(), "POST /a {} sent");
  },
  "with props of the caller's choice": async () => {
    equal(await (await exports.Other({ props: { a: 1 } }).fetch("http://x/")).text(), 'GET / {"a":1} ');
    equal(await (await exports.plain({ props: { name: "bee" } }).fetch(new Request("http://x/"))).text(), "plain bee");
    equal(await (await exports.plain.fetch("http://x/")).text(), "plain nobody");
    equal(ctx.props, {});
  },
  "a call fails as its handler does": async () => {
    await throws("TypeError", () => ctx.exports.Wrong.fetch("http://x/"));
    await throws("TypeError", () => ctx.exports.Other.fetch("relative"));
    await throws("TypeError", () => ctx.exports.Other(1));
    await throws("TypeError", () => ctx.exports.Other.fetch.call({}, "http://x/"));
  },
  "env is what withEnv says, however deep": async () => {
    equal(env.NAME, undefined);
    const inner = withEnv({ NAME: "a" }, async () => {
      const before = env.NAME;
      await scheduler.wait(1);
      return [before, env.NAME, withEnv({ NAME: "b" }, () => env.NAME), env.NAME, Object.keys(env), "NAME" in env];
    });
    equal(env.NAME, undefined);
    equal(await inner, ["a", "a", "b", "a", ["NAME"], true]);
  },
  "env can be written": () => {
    env.WRITTEN = 1;
    equal([env.WRITTEN, delete env.WRITTEN, env.WRITTEN], [1, true, undefined]);
  },
  "exports is what withExports says": () => {
    equal(withExports({ A: 1 }, () => [exports.A, exports.Other]), [1, undefined]);
    equal(withEnvAndExports({ E: 1 }, { A: 2 }, () => [env.E, exports.A]), [1, 2]);
    equal([env.E, typeof exports.Other], [undefined, "function"]);
  },
  "withEnv wants an object and a function": async () => {
    await throws("TypeError", () => withEnv({}));
    await throws("TypeError", () => withEnv(1, () => {}));
    await throws("TypeError", () => withEnv({}, 1));
  },
  "spans nest and record nothing": async () => {
    equal(tracing.enterSpan("a", (span, x, y) => [span instanceof tracing.Span, span.isTraced, x + y, tracing.getActiveSpan() === span], 1, 2), [true, false, 3, true]);
    const [outer, inner] = await ctx.tracing.startActiveSpan("outer", async (span) => {
      await null;
      return [tracing.getActiveSpan() === span, tracing.withActiveSpan(tracing.startSpan("other"), () => tracing.getActiveSpan() === span)];
    });
    equal([outer, inner], [true, false]);
    const span = tracing.startSpan("b");
    equal(span.setAttribute("a", 1).setAttributes({ b: 2 }).updateName("c").setStatus({ code: "ok" }) === span, true);
    equal([span.recordException("x"), span.end(), span.spanContext()], [undefined, undefined, undefined]);
    await throws("TypeError", () => span.setStatus({ code: "fine" }));
    await throws("TypeError", () => tracing.enterSpan("x"));
    await throws("TypeError", () => tracing.withActiveSpan({}, () => {}));
    await throws("TypeError", () => new tracing.Span());
  },
  "waitUntil is for the event of the caller": async () => {
    waitUntil(Promise.resolve());
    await throws("TypeError", () => ctx.waitUntil());
  },
  "methods want their own context": () => throws("TypeError", () => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(ctx), "exports").get.call({})),
};

export default {
  fetch(request, env, given) {
    ctx = given;
    return run(tests);
  },
};
