// `new WebSocket(url)`: a subrequest that asks to switch protocols.
import { isCompatible } from "../core/compatibility.ts";
import { lazy } from "../core/lazy.ts";
import { PromisePrototypeThen, StringPrototypeSlice } from "../core/primordials.ts";
import { getHeader, type HeaderList, startUpgrade } from "../fetch/index.ts";

const remoteErrors = lazy(() => import("../rpc/remote-error.ts"));

// What the host's handshake understands of compression: no context is kept between messages.
const compression = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** Opens a connection; later calls one of the two. `started` gets what gives it up before. */
export function connect(
  url: string,
  protocols: string | undefined,
  started: (abort: () => void) => void,
  opened: (id: number, protocol: string, extensions: string) => void,
  refused: (error: unknown) => void,
): void {
  const headers: HeaderList = ["upgrade", "websocket"];
  if (protocols !== undefined) headers[headers.length] = "sec-websocket-protocol", headers[headers.length] = protocols;
  if (isCompatible("webSocketCompression")) headers[headers.length] = "sec-websocket-extensions", headers[headers.length] = compression;
  PromisePrototypeThen(
    startUpgrade(`http${StringPrototypeSlice(url, 2)}`, headers, started),
    (answer) => {
      const id = answer[7];
      const status = answer[0];
      // Another worker took the request, and failed.
      if (status === 0) refused(remoteErrors().remoteError(answer[1]));
      else if (id !== 0) opened(id, getHeader(answer[6], "sec-websocket-protocol") ?? "", getHeader(answer[6], "sec-websocket-extensions") ?? "");
      else refused(new TypeError(`Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 (switching protocols), but received ${status} instead.`));
    },
    refused,
  );
}
