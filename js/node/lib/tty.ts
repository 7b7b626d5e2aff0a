import { classes } from "lib:internal/stub";
export default { isatty: (): boolean => false, ...classes("tty", "ReadStream", "WriteStream") };
