// Eager modules get at it through lazy.ts.
export { webSocketClosed, webSocketDeliver, webSocketLost, webSocketMessage } from "./link.ts";
export { respondWithWebSocket, webSocketFromHost } from "./respond.ts";
export { hibernate, isLost, isWebSocket, peerHasClosed, requireHibernatable, wakeWebSocket, WebSocket } from "./web-socket.ts";
export { WebSocketPair } from "./web-socket-pair.ts";
