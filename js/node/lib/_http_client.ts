import http from "lib:http";
export default { ClientRequest: http.ClientRequest };
