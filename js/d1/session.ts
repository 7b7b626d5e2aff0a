// What sends queries for databases, their sessions and statements.
import { ops } from "../core/ops.ts";
import { ArrayIsArray, PromisePrototypeThen, PromiseReject, PromiseResolve } from "../core/primordials.ts";
import { withCause } from "./errors.ts";
import type { Answer, Shape } from "./ops.ts";

const firstPrimary = "first-primary";
const firstUnconstrained = "first-unconstrained";

/** Where queries go, and how far what they saw was: one database answers, so every state is at least as new as any bookmark. */
export class Session {
  readonly #place: number;
  #bookmark: string | null;
  readonly #wantsBookmark: boolean;

  /** @param bookmark the latest state that is known, or a constraint; null: none is wanted. */
  constructor(place: number, bookmark: string | null) {
    this.#place = place;
    this.#wantsBookmark = bookmark !== null;
    this.#bookmark = bookmark;
  }

  static default = firstUnconstrained;

  get bookmark(): string | null {
    const known = this.#bookmark;
    return known === firstPrimary || known === firstUnconstrained ? null : known;
  }

  run<T>(shape: Shape, queries: unknown[], convert: (json: string) => T): Promise<T> {
    let answer: Answer | Promise<Answer>;
    try {
      answer = ops.d1_query(this.#place, shape, this.#wantsBookmark, queries);
    } catch (error) {
      return PromiseReject(withCause(error));
    }
    if (!isAnswer(answer)) {
      return PromisePrototypeThen(answer, (late) => convert(this.#take(late)), (error: unknown) => { throw withCause(error); });
    }
    try {
      return PromiseResolve(convert(this.#take(answer)));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  #take(answer: Answer): string {
    if (typeof answer === "string") return answer;
    const known = this.bookmark;
    // Answers may overtake each other.
    if (known === null || known < answer[1]) this.#bookmark = answer[1];
    return answer[0];
  }
}

function isAnswer(answer: Answer | Promise<Answer>): answer is Answer {
  return typeof answer === "string" || ArrayIsArray(answer);
}
