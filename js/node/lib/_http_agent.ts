import http from "lib:http";
export default { Agent: http.Agent, globalAgent: http.globalAgent };
