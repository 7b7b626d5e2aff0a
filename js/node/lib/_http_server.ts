import http from "lib:http";
export default { Server: http.Server, ServerResponse: http.ServerResponse, STATUS_CODES: http.STATUS_CODES };
