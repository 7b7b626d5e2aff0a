import { Agent, callable, type FiberRecoveryContext } from "agents";
import { AgentWorkflow, type AgentWorkflowEvent, type AgentWorkflowStep } from "agents/workflows";

/** What takes long: with a Workflow, and within the agent. */
export class Errands extends Agent<unknown, { done: string[] }> {
  initialState = { done: [] as string[] };

  @callable()
  async run(what: string) {
    return this.runWorkflow("ERRAND" as never, { what });
  }

  @callable()
  async allow(id: string) {
    await this.approveWorkflow(id, { reason: "fine", metadata: { by: "Ada" } });
  }

  @callable()
  async refuse(id: string) {
    await this.rejectWorkflow(id, { reason: "too expensive" });
  }

  /** Never comes back in this life of the agent. */
  @callable()
  walk() {
    void this.runFiber("walk", async ({ stash }) => {
      stash({ at: "the bridge" });
      this.broadcast(JSON.stringify({ type: "walking" }));
      await new Promise(() => {});
    });
  }

  async onFiberRecovered({ name, snapshot }: FiberRecoveryContext) {
    this.finish(`${name} from ${(snapshot as { at: string }).at}`);
  }

  async onWorkflowProgress(_name: string, id: string, progress: unknown) {
    this.broadcast(JSON.stringify({ type: "progress", id, progress }));
  }

  async onWorkflowComplete(_name: string, id: string, result?: unknown) {
    this.broadcast(JSON.stringify({ type: "complete", id, result }));
  }

  async onWorkflowError(_name: string, id: string, error: string) {
    this.broadcast(JSON.stringify({ type: "error", id, error }));
  }

  finish(what: string) {
    this.setState({ done: [...this.state.done, what] });
  }
}

export class Errand extends AgentWorkflow<Errands, { what: string }> {
  async run(event: AgentWorkflowEvent<{ what: string }>, step: AgentWorkflowStep) {
    const cost = await step.do("ask for the price", async () => event.payload.what.length);
    await this.reportProgress({ step: "price", status: "complete", percent: 0.5, cost });
    const { by } = await this.waitForApproval<{ by: string }>(step, { timeout: "1 hour" });
    await step.do("go", async () => this.agent.finish(event.payload.what));
    const result = { cost, by };
    await step.reportComplete(result);
    return result;
  }
}
