// What each type of binding puts into `env`. A capability that has a binding registers its type while it is installed.
import { JSONParse } from "../core/primordials.ts";
import { MapPrototypeGet, MapPrototypeSet } from "../core/primordials.ts";
import { assets } from "../assets/lazy.ts";
import { lazy } from "../core/lazy.ts";
import { base64Bytes } from "../fetch/index.ts";
import { durableObjects } from "../durable-objects/lazy.ts";
import { rpc } from "../rpc/lazy.ts";
import { workflows } from "../workflows/lazy.ts";

/** A binding as the host's configuration describes it, in the words of the upload API. */
export interface BindingDescription {
  type: string;
  name: string;
  [key: string]: unknown;
}

export type BindingFactory = (description: BindingDescription) => unknown;

const factories = new Map<string, BindingFactory>();

export function registerBinding(type: string, factory: BindingFactory): void {
  MapPrototypeSet(factories, type, factory);
}

export function createBinding(description: BindingDescription): unknown {
  const factory = MapPrototypeGet(factories, description.type);
  if (factory === undefined) throw new TypeError(`The binding "${description.name}" has the type "${description.type}", which this runtime does not know.`);
  return factory(description);
}

const text: BindingFactory = (description) => description.text;
registerBinding("plain_text", text);
registerBinding("secret_text", text);
registerBinding("json", (description) => (typeof description.json === "string" ? JSONParse(description.json) : description.json));
registerBinding("service", (description) => rpc().createServiceStub(description.name));
registerBinding("assets", () => assets().createAssetFetcher());
registerBinding("data_blob", (description) => {
  const bytes = base64Bytes(description.data as string);
  if (bytes === null) throw new TypeError(`The data of the binding "${description.name}" is not base64.`);
  return bytes.buffer;
});

const kv = lazy(() => import("../kv/kv-namespace.ts"));
registerBinding("kv_namespace", (description) => kv().createKvNamespace(description.place as number));

registerBinding("workflow", (description) => workflows().createWorkflow(description.place as number));

const queues = lazy(() => import("../queues/queue.ts"));
registerBinding("queue", (description) => queues().createQueue(description.place as number));

const analytics = lazy(() => import("../analytics/analytics-engine-dataset.ts"));
registerBinding("analytics_engine", (description) => analytics().createAnalyticsEngineDataset(description.place as number));

const vectorize = lazy(() => import("../vectorize/vectorize.ts"));
registerBinding("vectorize", (description) => vectorize().createVectorizeIndex(description.place as number));

const email = lazy(() => import("../email/send-email.ts"));
registerBinding("send_email", (description) => email().createSendEmail(description.place as number));

const ai = lazy(() => import("../ai/ai.ts"));
registerBinding("ai", () => ai().createAi());

const dispatch = lazy(() => import("../dispatch/dispatch-namespace.ts"));
registerBinding("dispatch_namespace", (description) =>
  dispatch().createDispatchNamespace(description.place as number, description.parameters as readonly string[] | undefined));

const loaders = lazy(() => import("../loader/worker-loader.ts"));
registerBinding("worker_loader", (description) => loaders().createWorkerLoader(description.place as number));

registerBinding("durable_object_namespace", (description) => durableObjects().createNamespace(description.name));

const rateLimits = lazy(() => import("../rate-limit/rate-limit.ts"));
registerBinding("ratelimit", (description) => rateLimits().createRateLimit(description.place as number));

const d1 = lazy(() => import("../d1/d1-database.ts"));
registerBinding("d1", (description) => d1().createD1Database(description.place as number));

const r2 = lazy(() => import("../r2/r2-bucket.ts"));
registerBinding("r2_bucket", (description) => r2().createBucket(description.place as number));
