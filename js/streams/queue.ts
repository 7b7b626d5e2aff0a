const BLOCK_SIZE = 16;
const MASK = BLOCK_SIZE - 1;

// Every slot exists from the start: a write to a missing index would consult setters that worker code may have put on
// Array.prototype.
class Block<T> {
  head = 0;
  length = 0;
  next: Block<T> | undefined = undefined;
  readonly slots: (T | undefined)[] = [
    undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined,
    undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined,
  ];
}

/** First in, first out. A chain of small rings: nothing is ever moved, and an empty queue that was never used costs nothing. */
export class Queue<T> {
  #first: Block<T> | undefined = undefined;
  #last: Block<T> | undefined = undefined;
  length = 0;

  push(value: T): void {
    let block = this.#last;
    if (block === undefined) {
      block = this.#first = this.#last = new Block<T>();
    } else if (block.length === BLOCK_SIZE) {
      block = block.next = this.#last = new Block<T>();
    }
    block.slots[(block.head + block.length++) & MASK] = value;
    this.length++;
  }

  /** The oldest value. The queue must not be empty. */
  peek(): T {
    const block = this.#first!;
    return block.slots[block.head] as T;
  }

  /** Removes the oldest value and returns it. The queue must not be empty. */
  shift(): T {
    const block = this.#first!;
    const value = block.slots[block.head] as T;
    block.slots[block.head] = undefined;
    block.head = (block.head + 1) & MASK;
    this.length--;
    if (--block.length === 0 && block.next !== undefined) this.#first = block.next;
    return value;
  }

  clear(): void {
    this.#first = this.#last = undefined;
    this.length = 0;
  }
}

/** The standard's queue-with-sizes. While every chunk counts 1, as with the default strategy, no sizes are kept. */
export class SizedQueue {
  readonly #values = new Queue<unknown>();
  #sizes: Queue<number> | undefined = undefined;
  totalSize = 0;

  get length(): number {
    return this.#values.length;
  }

  push(value: unknown, size: number): void {
    if (this.#sizes === undefined && size !== 1) {
      this.#sizes = new Queue<number>();
      for (let i = this.#values.length; i > 0; i--) this.#sizes.push(1);
    }
    this.#values.push(value);
    this.#sizes?.push(size);
    this.totalSize += size;
  }

  peek(): unknown {
    return this.#values.peek();
  }

  shift(): unknown {
    this.totalSize -= this.#sizes === undefined ? 1 : this.#sizes.shift();
    // Rounding errors must not leave a negative total.
    if (this.totalSize < 0) this.totalSize = 0;
    return this.#values.shift();
  }

  clear(): void {
    this.#values.clear();
    this.#sizes = undefined;
    this.totalSize = 0;
  }
}
