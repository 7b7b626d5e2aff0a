export { runWorkflow, threw } from "./dispatch.ts";
export { NonRetryableError } from "./errors.ts";
export { createWorkflow } from "./workflow.ts";
