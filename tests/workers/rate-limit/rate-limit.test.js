// bindings: ratelimit LIMITER, ratelimit SAME
import { equal, run, throws } from "test";

let env;

const checks = {
  async "so many pass, and no more"() {
    const outcomes = [];
    for (let i = 0; i < 4; i++) outcomes.push((await env.LIMITER.limit({ key: "a" })).success);
    equal(outcomes, [true, true, true, false]);
    equal(await env.LIMITER.limit({ key: "b" }), { success: true });
  },

  async "bindings of one namespace share their counters"() {
    for (let i = 0; i < 3; i++) await env.LIMITER.limit({ key: "shared" });
    equal(await env.SAME.limit({ key: "shared" }), { success: false });
  },

  async "an action can count for several"() {
    equal(await env.LIMITER.limit({ key: "heavy", delta: 3 }), { success: true });
    equal(await env.LIMITER.limit({ key: "heavy" }), { success: false });
    equal(await env.LIMITER.limit({ key: "heavy", limit: 9 }), { success: true });
  },

  async "mistakes are told"() {
    const failure = (promise) => promise.then(() => "none", (error) => error.message);
    equal(await failure(env.LIMITER.limit()), "invalid rate limit options");
    equal(await failure(env.LIMITER.limit({ name: 1 })), "bad rate limit options: [name]");
    equal(await failure(env.LIMITER.limit({ key: 1 })), "invalid key: 1");
    equal(await failure(env.LIMITER.limit({ period: 30 })), "unsupported period: 30");
    equal(await failure(env.LIMITER.limit({ delta: 0.5 })), "delta must be non-zero");
    await throws("TypeError", env.LIMITER.limit.call({}, { key: "a" }));
  },
};

export default {
  fetch(request, given) {
    env = given;
    return run(checks);
  },
};
