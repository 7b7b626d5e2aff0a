import { classes } from "lib:internal/stub";
export default classes("_stream_wrap", "JSStreamSocket").JSStreamSocket;
