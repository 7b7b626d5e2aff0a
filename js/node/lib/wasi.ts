import { classes } from "lib:internal/stub";
export default { ...classes("wasi", "WASI") };
