import { Hono } from "hono";

type Todo = { title: string; done: boolean };

const app = new Hono<{ Bindings: { TODOS: KVNamespace } }>();
const prefix = "todo:";

// What a list shows is in the metadata: one call, however many there are.
app.get("/todos", async (c) => {
  const { keys, list_complete } = await c.env.TODOS.list<Todo>({ prefix });
  return c.json({ todos: keys.map((key) => ({ id: key.name.slice(prefix.length), ...key.metadata })), list_complete });
});

app.post("/todos", async (c) => {
  const { id, title, notes } = await c.req.json<{ id: string; title: string; notes?: string }>();
  if (!id || !title) return c.json({ error: "A to-do has an id and a title." }, 400);
  const todo: Todo = { title, done: false };
  await c.env.TODOS.put(prefix + id, JSON.stringify({ ...todo, notes }), { metadata: todo });
  return c.json({ id, ...todo }, 201);
});

app.get("/todos/:id", async (c) => {
  const todo = await c.env.TODOS.get<Todo>(prefix + c.req.param("id"), "json");
  return todo ? c.json(todo) : c.json({ error: "There is no such to-do." }, 404);
});

app.put("/todos/:id/done", async (c) => {
  const key = prefix + c.req.param("id");
  const { value, metadata } = await c.env.TODOS.getWithMetadata<Todo, Todo>(key, "json");
  if (!value || !metadata) return c.json({ error: "There is no such to-do." }, 404);
  await c.env.TODOS.put(key, JSON.stringify({ ...value, done: true }), { metadata: { ...metadata, done: true } });
  return c.json({ ...value, done: true });
});

app.delete("/todos/:id", async (c) => {
  await c.env.TODOS.delete(prefix + c.req.param("id"));
  return c.body(null, 204);
});

app.delete("/todos", async (c) => {
  const { keys } = await c.env.TODOS.list({ prefix });
  await Promise.all(keys.map((key) => c.env.TODOS.delete(key.name)));
  return c.body(null, 204);
});

export default app;
