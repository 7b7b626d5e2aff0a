import { State } from "agents/state";
import { Lifecycle } from "agents/lifecycle";
import { WebSockets } from "agents/websockets";
import { DurableObject, RpcTarget } from "cloudflare:workers";

type Notes = { notes: string[] };

/** Not an agent, but made of what one is made of; clients call it over Cap'n Web. */
export class Board extends DurableObject {
  readonly state: State<Notes> = new State<Notes>({ initialState: { notes: [] }, onChanged: (_state, source) => this.webSockets.broadcastState(source) });
  readonly webSockets: WebSockets = new WebSockets({ state: this.state, callables: new Callables(this) });
  readonly lifecycle = Lifecycle.install(this).use(this.state).use(this.webSockets);
}

class Callables extends RpcTarget {
  readonly #board: Board;

  constructor(board: Board) {
    super();
    this.#board = board;
  }

  pin(text: string) {
    const { notes } = this.#board.state.get()!;
    this.#board.state.set({ notes: [...notes, text] });
    return new Note(text);
  }

  all(): ReadableStream<string> {
    return ReadableStream.from(this.#board.state.get()!.notes);
  }
}

class Note extends RpcTarget {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  length() {
    return this.#text.length;
  }
}
