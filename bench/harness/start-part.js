import { bundleWorkers, freshDirectory } from "./scratch.js";

/** From starting the process to its first 200, in milliseconds, several times over, interleaved. */
export async function measureProcessStart({ runtimes, rounds, say }) {
  const workerFile = bundleWorkers(["hello"])("hello");
  const results = Object.fromEntries(Object.keys(runtimes).map((name) => [name, { milliseconds: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, { serve }] of Object.entries(runtimes)) {
      if (results[name].error) continue;
      const { server, endpoint } = await serve({ workerFile, directory: freshDirectory("start", name) });
      try {
        results[name].milliseconds.push(await server.ready(endpoint));
      } catch (error) {
        results[name] = { error: error.message };
      } finally {
        await server.stop();
      }
      say(`start ${name} ${round + 1}/${rounds}: ${results[name].error ?? `${results[name].milliseconds.at(-1).toFixed(1)} ms`}`);
    }
  }
  return results;
}
