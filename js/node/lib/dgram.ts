import { classes, methods } from "lib:internal/stub";
export default { ...classes("dgram", "Socket"), ...methods("dgram", "createSocket", "_createSocketHandle") };
