import http from "lib:http";
export default { IncomingMessage: http.IncomingMessage, readStart(): void {}, readStop(): void {} };
