// A worker that looks for each item of a list ({ module?, path }) in its own runtime. The answer, in the list's order, is
// what is there: "class", "function", "accessor", "value", or null.
const modules = new Map();

/** Objects that only a running worker has, by the interface that describes them. */
const instances = {
  ExecutionContext: (request, env, ctx) => ctx,
  CacheContext: (request, env, ctx) => ctx.cache,
  Tracing: (request, env, ctx) => ctx.tracing,
  IncomingRequestCfPropertiesBase: (request) => request.cf,
  IncomingRequestCfPropertiesGeographicInformation: (request) => request.cf,
  IncomingRequestCfPropertiesTLSClientAuth: (request) => request.cf?.tlsClientAuth,
  Immediate: () => {
    const immediate = setImmediate(() => {});
    clearImmediate(immediate);
    return immediate;
  },
  CryptoKeyPair: () => crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]),
  ScheduledController: () => globalThis.ScheduledController?.prototype,
  Socket: async () => {
    const { connect } = await import("cloudflare:sockets");
    const socket = connect("127.0.0.1:1");
    socket.opened.catch(() => {});
    socket.closed.catch(() => {});
    return socket;
  },
};

/** Instances of classes that keep some members on each object. */
const samples = {
  CacheStorage: () => caches,
  CloseEvent: () => new CloseEvent("x"),
  CryptoKey: () => crypto.subtle.importKey("raw", new Uint8Array(16), "AES-CBC", true, ["encrypt"]),
  DOMException: () => new DOMException("x"),
  MessageChannel: () => new MessageChannel(),
  MessageEvent: () => new MessageEvent("x"),
  Navigator: () => navigator,
  Event: () => new Event("x"),
  WorkerGlobalScope: () => globalThis,
};

export default {
  async fetch(request, env, ctx) {
    const objects = new Map();
    for (const name in instances) {
      try {
        objects.set(`<${name}>`, await instances[name](request, env, ctx));
      } catch (error) {
        objects.set(`<${name}>`, undefined);
      }
    }
    const found = [];
    for (const item of await request.json()) found.push(await look(item, objects));
    return Response.json(found);
  },
};

async function look({ module, path }, objects) {
  let owner = globalThis;
  if (module !== undefined) owner = await load(module);
  let names = path;
  if (objects.has(path[0])) {
    owner = objects.get(path[0]);
    names = path.slice(1);
  }
  for (const name of names.slice(0, -1)) owner = owner?.[name];
  if (owner === undefined || owner === null) return null;
  const last = names.at(-1);
  const key = last.startsWith("@@") ? Symbol[last.slice(2)] : last;
  const kind = kindOf(owner, key);
  if (kind !== null || names.at(-2) !== "prototype" || samples[names[0]] === undefined) return kind;
  return kindOf(await samples[names[0]](), key);
}

async function load(name) {
  if (!modules.has(name)) modules.set(name, await import(name).catch(() => undefined));
  return modules.get(name);
}

function kindOf(owner, key) {
  for (let each = Object(owner); each !== null; each = Object.getPrototypeOf(each)) {
    const descriptor = Object.getOwnPropertyDescriptor(each, key);
    if (descriptor === undefined) continue;
    if (descriptor.get !== undefined) return typeof owner === "object" && isGlobal(owner) ? valueKind(owner[key]) : "accessor";
    return valueKind(descriptor.value);
  }
  return null;
}

function isGlobal(owner) {
  return owner === globalThis;
}

function valueKind(value) {
  if (typeof value !== "function") return "value";
  return value.prototype !== undefined && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false ? "class" : "function";
}
