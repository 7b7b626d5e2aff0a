// Echoes WebSocket messages, on every runtime in its own way.
function echo(socket) {
  socket.addEventListener("message", ({ data }) => socket.send(data));
}

export default {
  fetch(request, env, context) {
    if (request.headers.get("upgrade") !== "websocket") return new Response("ready");
    if (context.server) {
      context.server.upgrade(request);
      return undefined;
    }
    if (globalThis.Deno) {
      const { socket, response } = Deno.upgradeWebSocket(request);
      echo(socket);
      return response;
    }
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    echo(server);
    return new Response(null, { status: 101, webSocket: client });
  },

  // Bun's way.
  websocket: {
    message(socket, data) {
      socket.send(data);
    },
  },
};
