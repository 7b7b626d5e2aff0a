import { issuer } from "@openauthjs/openauth";
import { CodeProvider } from "@openauthjs/openauth/provider/code";
import { PasswordProvider } from "@openauthjs/openauth/provider/password";
import { CloudflareStorage } from "@openauthjs/openauth/storage/cloudflare";
import { CodeUI } from "@openauthjs/openauth/ui/code";
import { PasswordUI } from "@openauthjs/openauth/ui/password";
import { subjects } from "../subjects.mjs";

interface Env {
  AUTH_STORAGE: KVNamespace;
  AUTH_DB: D1Database;
}

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    // Where codes go instead of by e-mail.
    if (url.pathname === "/outbox") return new Response(await env.AUTH_STORAGE.get(`outbox:${url.searchParams.get("to")}`));
    const sendCode = (to: string, code: string) => env.AUTH_STORAGE.put(`outbox:${to}`, code, { expirationTtl: 60 });
    return issuer({
      storage: CloudflareStorage({ namespace: env.AUTH_STORAGE }),
      subjects,
      providers: {
        password: PasswordProvider(PasswordUI({ sendCode })),
        code: CodeProvider(CodeUI({ sendCode: ({ email }, code) => sendCode(email, code) })),
      },
      success: async (context, value) => {
        const email = value.provider === "password" ? value.email : value.claims.email;
        return context.subject("user", { id: await userOf(env.AUTH_DB, email), email });
      },
    }).fetch(request, env, ctx);
  },
};

async function userOf(database: D1Database, email: string): Promise<string> {
  const user = await database
    .prepare("INSERT INTO user (email) VALUES (?) ON CONFLICT (email) DO UPDATE SET email = email RETURNING id")
    .bind(email)
    .first<{ id: string }>();
  return user!.id;
}
