import { classes, methods } from "lib:internal/stub";
export default { ...classes("child_process", "ChildProcess"), ...methods("child_process", "_forkChild", "exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync") };
