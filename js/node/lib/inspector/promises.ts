import inspector from "lib:inspector";
export default inspector;
