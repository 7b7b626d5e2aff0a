interface Todo {
  id: string;
  text: string;
  done: boolean;
}

/** A list under one key. */
export class TodoList {
  constructor(
    private readonly namespace: KVNamespace,
    private readonly key: string,
  ) {}

  async all(): Promise<Todo[]> {
    return (await this.namespace.get<Todo[]>(this.key, "json")) ?? [];
  }

  async add(text: string): Promise<Todo[]> {
    return this.keep([...(await this.all()), { id: crypto.randomUUID(), text, done: false }]);
  }

  async toggle(id: string): Promise<Todo[]> {
    return this.keep((await this.all()).map((todo) => (todo.id === id ? { ...todo, done: !todo.done } : todo)));
  }

  async remove(id: string): Promise<Todo[]> {
    return this.keep((await this.all()).filter((todo) => todo.id !== id));
  }

  private async keep(todos: Todo[]) {
    await this.namespace.put(this.key, JSON.stringify(todos), { expirationTtl: 300, metadata: { open: todos.filter(({ done }) => !done).length } });
    return todos;
  }
}
