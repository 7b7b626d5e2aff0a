// What Workflows ask of the host. A Workflow is the place of its binding among those of the version; a run is an event.
declare module "../core/ops.ts" {
  interface Ops {
    /** `heads` is JSON, an object for each instance: its id or null, its parameters as JSON or null, how many of the bytes are theirs, and how long it is kept.
     * The ids, in order; an empty one where there is such an instance already. */
    workflow_create(place: number, heads: string, params: Uint8Array): Promise<string[]>;
    /** JSON of how an instance is, and the bytes of what it returned. */
    workflow_status(place: number, id: string): Promise<[status: string, output: Uint8Array | null]>;
    /** `change` is one of `pause`, `resume`, `restart`, `terminate`; `options` is JSON: `{"from":{"name","count","type"}}` of a restart, `{"rollback":true}` of a termination. */
    workflow_change(place: number, id: string, change: string, options: string | null): Promise<void>;
    workflow_send_event(place: number, id: string, type: string, payload: Uint8Array, json: string | null): Promise<void>;
    /** One for each id: "1" when it was there. */
    workflow_delete(place: number, ids: string[]): Promise<string[]>;

    /** An attempt at a step begins. */
    workflow_step_began(event: number): void;
    /** Keeps what is known of a step; false when the run is to stop there. */
    workflow_record(event: number, step: string, output: Uint8Array | null, json: string | null): Promise<boolean>;
    /** What the steps did is undone from now on; false when the run is to stop there. */
    workflow_roll_back(event: number, name: string, message: string): Promise<boolean>;
    /** The next event of the type that the step waits for: whether the run goes on, and when there is one, its payload and when it was sent. */
    workflow_take_event(event: number, step: string): Promise<[goes: boolean, payload: Uint8Array | null, json: string | null, sentOn: number]>;
    /** The run waits for nothing but time and events, and can go on from the disk; false when something else is under way, unless it is forced. */
    workflow_suspend(event: number, force: boolean): boolean;
    workflow_returned(event: number, output: Uint8Array, json: string | null): void;
    workflow_threw(event: number, name: string, message: string, error: unknown): void;
  }
}

export {};
