import http from "lib:http";
export default { OutgoingMessage: http.OutgoingMessage, validateHeaderName: http.validateHeaderName, validateHeaderValue: http.validateHeaderValue };
