import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";

const app = new Hono();

app.use(secureHeaders());
app.use("/api/*", cors());
app.get("/", (c) => c.text("home"));
app.get("/api/hives", (c) => c.json([]));
app.get("/api/hives/:hive", (c) => c.json({ hive: c.req.param("hive") }));
app.get("/api/hives/:hive/frames/:frame{[0-9]+}", (c) =>
  c.json({ hive: c.req.param("hive"), frame: Number(c.req.param("frame")), unit: c.req.query("unit") ?? "g" }),
);
app.post("/api/hives/:hive/frames", (c) => c.body(null, 201));

export default app;
