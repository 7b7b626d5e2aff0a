import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import type { Env } from ".";

/** Computes, waits, asks somebody, and says at each point where it is. */
export class Approval extends WorkflowEntrypoint<Env, { amount: number }> {
  async run(event: WorkflowEvent<{ amount: number }>, step: WorkflowStep) {
    const status = this.env.STATUS.get(this.env.STATUS.idFromName(event.instanceId));
    // Not in steps: what is said twice is the same.
    const tell = (name: string, state: string) => status.update(name, state);

    await tell("compute", "running");
    const computed = await step.do("compute", { retries: { limit: 3, delay: 1, backoff: "constant" } }, async () => {
      if ((await status.attempt()) < 3) throw new Error("The first two attempts fail.");
      return { tax: event.payload.amount * 0.2, at: new Date() };
    });
    await tell("compute", "completed");

    await tell("pause", "running");
    await step.sleep("pause", 100);
    await tell("pause", "completed");

    await tell("approval", "waiting");
    const { payload } = await step.waitForEvent<{ approved: boolean }>("approval", { type: "decision", timeout: "1 hour" });
    await tell("approval", "completed");

    const total = await step.do("total", async () => {
      if (!payload.approved) throw new NonRetryableError("It was not approved.");
      return event.payload.amount + computed.tax;
    });
    await tell("total", "completed");
    return { total, computedOn: computed.at.getUTCFullYear() >= 2026 };
  }
}
