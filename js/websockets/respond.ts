// Responses with a WebSocket: to an inbound request, and of a subrequest.
import { isCompatible } from "../core/compatibility.ts";
import { ops } from "../core/ops.ts";
import { StringPrototypeIncludes, StringPrototypeStartsWith } from "../core/primordials.ts";
import type { HeaderList } from "../fetch/index.ts";
import { HostLink, type LocalLink } from "./link.ts";
import { releaseForResponse, type WebSocket, webSocketOver } from "./web-socket.ts";

// The handshake's own headers are the host's business.
function withoutHandshake(headers: HeaderList | undefined): { kept: HeaderList | undefined; extensions: string | undefined } {
  let extensions: string | undefined;
  if (headers === undefined) return { kept: undefined, extensions };
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name === "sec-websocket-extensions") extensions = headers[i + 1]!;
    if (StringPrototypeStartsWith(name, "sec-websocket-") && name !== "sec-websocket-protocol") continue;
    kept[kept.length] = name;
    kept[kept.length] = headers[i + 1]!;
  }
  return { kept, extensions };
}

/** Answers the inbound request `id` with the other end of `socket`. */
export function respondWithWebSocket(id: number, socket: unknown, statusText: string | undefined, headers: HeaderList | undefined): void {
  const link = releaseForResponse(socket as WebSocket);
  const { kept, extensions } = withoutHandshake(headers);
  if (link instanceof HostLink) {
    ops.respond_websocket_pipe(id, statusText, kept, link.id);
    return;
  }
  const end = link as LocalLink;
  if (!end.isLocal) throw new TypeError("Can't return WebSocket that was already used in a response.");
  // A worker that names its extensions has the say: an empty header means none.
  const compress = isCompatible("webSocketCompression") && (extensions === undefined || StringPrototypeIncludes(extensions, "permessage-deflate"));
  const { adoption } = end;
  if (adoption === undefined) {
    end.couple(new HostLink(ops.respond_websocket(id, statusText, kept, compress)));
    return;
  }
  adoption.answer(id, statusText, kept, compress);
  end.couple(adoption.link);
}

/** The WebSocket object of a connection that a subrequest got. */
export function webSocketFromHost(id: number): WebSocket {
  return webSocketOver(new HostLink(id));
}
