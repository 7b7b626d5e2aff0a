import { Hono } from "hono";
import { validator } from "hono/validator";

enum Mood {
  Calm = "calm",
  Cross = "cross",
}

interface Hive {
  readonly id: number;
  readonly frames: number;
  readonly mood: Mood;
}

const known: readonly Hive[] = [
  { id: 1, frames: 10, mood: Mood.Calm },
  { id: 2, frames: 8, mood: Mood.Cross },
];

export const hives = new Hono();

hives.get("/", (c) => {
  const mood = c.req.query("mood");
  return c.json(mood === undefined ? known : known.filter((hive) => hive.mood === mood));
});

hives.get("/:id{[0-9]+}", (c) => {
  const hive = known.find((hive) => hive.id === Number(c.req.param("id")));
  return hive ? c.json(hive) : c.json({ error: "no such hive" }, 404);
});

const newHive = validator("json", (value: Partial<Hive>, c) => {
  if (!Number.isInteger(value.frames)) return c.json({ error: "frames must be an integer" }, 422);
  return { frames: value.frames as number, mood: value.mood ?? Mood.Calm };
});

// Isolates come and go, so nothing is kept here: the answer is the hive as it would be stored.
hives.post("/", newHive, (c) => {
  const hive: Hive = { id: known.length + 1, ...c.req.valid("json") };
  return c.json(hive, 201, { location: `/api/hives/${hive.id}` });
});
