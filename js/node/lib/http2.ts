import { classes, methods } from "lib:internal/stub";
export default { ...classes("http2", "Http2ServerRequest", "Http2ServerResponse"), ...methods("http2", "connect", "createServer", "createSecureServer", "getDefaultSettings", "getPackedSettings", "getUnpackedSettings", "performServerHandshake"),
  constants: {}, sensitiveHeaders: Symbol("nodejs.http2.sensitiveHeaders") };
