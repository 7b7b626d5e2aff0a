// Eager modules get at it through lazy.ts.
export { readEnvironment, serializeEnvironment, serviceNumber } from "./environment.ts";
export { forgetResult, forgetSession, releaseExport } from "./exports.ts";
export { Fetcher, findAddress } from "./fetcher.ts";
export { receiveCall } from "./incoming.ts";
export { Writer } from "./serialize.ts";
export { serializePlain } from "./serialize-plain.ts";
export { serviceFetch } from "./service-fetch.ts";
export { readProps } from "./deserialize.ts";
export { createDynamicStub, createServiceStub, stubOver } from "./service-stub.ts";
export { RpcPromise, RpcProperty, RpcStub, stubBroken } from "./stub.ts";
