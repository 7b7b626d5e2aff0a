import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { hives } from "./hives";
import { Page } from "./page";

export type Bindings = { SITE_NAME: string };

const app = new Hono<{ Bindings: Bindings }>();

app.use(requestId({ generator: () => crypto.randomUUID() }));
app.use("/api/*", secureHeaders());

app.get("/", (c) =>
  c.html(
    <Page title={c.env.SITE_NAME}>
      <p>
        Ask <a href="/api/hives">/api/hives</a>.
      </p>
    </Page>,
  ),
);

app.route("/api/hives", hives);

app.get("/api/crash", () => {
  throw new HTTPException(503, { message: "the smoker went out" });
});

app.onError((error, c) => {
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  throw error;
});

app.notFound((c) => c.json({ error: `nothing at ${c.req.path}` }, 404));

export default app;
