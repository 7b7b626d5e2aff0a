import stream from "lib:stream";
export default stream.Writable;
