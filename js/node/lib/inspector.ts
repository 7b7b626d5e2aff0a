import EventEmitter from "lib:events";
import { methods, notImplemented } from "lib:internal/stub";

export class Session extends EventEmitter {
  constructor() {
    super();
    throw notImplemented("inspector.Session");
  }
}
const nothing = (): void => {};
export default {
  Session, console: internalBinding("layer").console, url: () => undefined,
  ...methods("inspector", "open", "close", "waitForDebugger"),
  Network: { requestWillBeSent: nothing, responseReceived: nothing, loadingFinished: nothing, loadingFailed: nothing, dataReceived: nothing, dataSent: nothing,
    webSocketCreated: nothing, webSocketClosed: nothing, webSocketHandshakeResponseReceived: nothing },
  NetworkResources: { put: nothing }, DOMStorage: {},
};
