// Why something that the types declare is missing: the first match counts. Names are "Root" or "module:Root".

/** Names of types that are written as classes: one for every hosted model. */
export const models = /^Base_?Ai/;

/** Parts of the platform that come with the work named. */
export const later = [
  [/^(Ai|AutoRAG|ToMarkdownService|AgentMemory|WebSearch|BrowserRun|Flagship|Vectorize)/, "bindings to Cloudflare's hosted products (AI, search, browser, flags)"],
  [/^cloudflare:pipelines:/, "Pipelines"],
  [/^cloudflare:durable-objects:/, "calls of Durable Objects that are repeated by themselves"],
  [/^(cloudflare:workers:cache|<CacheContext>)/, "purging a zone's cache"],
  [/^<ExecutionContext>\.mapVirtualHost/, "containers"],
];

/** What is under way, or another capability's. */
export const inScope = [
  [/^(WebSocket|EventSource)/, "WebSockets and EventSource"],
  [/^(cloudflare:sockets:|<Socket>)/, "TCP sockets"],
  [/^(Buffer|process|global|setImmediate|clearImmediate|<Immediate>|cloudflare:node:)/, "Node.js compatibility"],
];

/** Interfaces of objects that only a running worker has; probe.js gets hold of each. */
export const instances = {
  ExecutionContext: true,
  Tracing: true,
  CacheContext: true,
  IncomingRequestCfPropertiesBase: true,
  IncomingRequestCfPropertiesGeographicInformation: true,
  IncomingRequestCfPropertiesTLSClientAuth: true,
  Immediate: true,
  CryptoKeyPair: true,
  ScheduledController: true,
  Socket: true,
};
