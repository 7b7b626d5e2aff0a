import { type ActionFunctionArgs, type LoaderFunctionArgs, json } from "@remix-run/cloudflare";
import { useLoaderData } from "@remix-run/react";
import * as React from "react";
import { TodoList } from "./todos";

export async function loader({ params, context }: LoaderFunctionArgs) {
  return json({ todos: await new TodoList(context.env.TO_DO_LIST, params.id!).all() });
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const todos = new TodoList(context.env.TO_DO_LIST, params.id!);
  const form = await request.formData();
  const id = String(form.get("id"));
  switch (form.get("intent")) {
    case "create":
      if (!form.get("text")) return json({ error: "Say what is to be done." }, { status: 400 });
      return json(await todos.add(String(form.get("text"))));
    case "toggle":
      return json(await todos.toggle(id));
    case "delete":
      return json(await todos.remove(id));
    default:
      return json({ error: "Nobody knows what is meant." }, { status: 400 });
  }
}

export default function List() {
  const { todos } = useLoaderData<typeof loader>();
  return (
    <ul>
      {todos.map(({ id, text, done }) => (
        <li key={id} id={id} className={done ? "done" : "open"}>
          {text}
        </li>
      ))}
    </ul>
  );
}
