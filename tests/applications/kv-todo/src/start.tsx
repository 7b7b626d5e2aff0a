import { redirect } from "@remix-run/cloudflare";

export const loader = () => redirect(`/${crypto.randomUUID()}`);

export default () => null;
