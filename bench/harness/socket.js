import { connect } from "node:net";

/*
 * A WebSocket client that costs almost nothing: one frame, prepared once, is sent again when its echo has come back.
 * What the server sends is not taken apart; its frames are as long as ours less the mask.
 */

const opcodeText = 1;
const maskBit = 0x80;

/** A masked text frame of `size` bytes (126 to 65535). */
export function textFrame(size) {
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const head = Buffer.alloc(4);
  head[0] = maskBit | opcodeText;
  head[1] = maskBit | 126;
  head.writeUInt16BE(size, 2);
  const payload = Buffer.alloc(size, "m");
  for (let i = 0; i < size; i++) payload[i] ^= mask[i % 4];
  return Buffer.concat([head, mask, payload]);
}

/** How long the echo of such a frame is. */
export const echoLength = (frame) => frame.length - 4;

/** Opens a WebSocket and answers with its socket, once the server has agreed. */
export function open(endpoint) {
  return new Promise((resolve, reject) => {
    const socket = connect(endpoint.port, "127.0.0.1", () => {
      socket.setNoDelay(true);
      socket.write(
        `GET / HTTP/1.1\r\nHost: ${endpoint.host ?? `127.0.0.1:${endpoint.port}`}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      );
    });
    let head = "";
    socket.once("error", reject);
    socket.on("data", function read(data) {
      head += data.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", read);
      if (head.startsWith("HTTP/1.1 101 ")) resolve(socket);
      else reject(new Error(`no WebSocket: ${head.split("\r\n")[0]}`));
    });
  });
}
