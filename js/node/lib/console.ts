import { classes } from "lib:internal/stub";
const { console } = internalBinding("layer");
const { Console } = classes("console", "Console");
export default Object.assign(Object.create(console), Object.fromEntries(Object.keys(console).map((name) => [name, console[name]])), { Console });
