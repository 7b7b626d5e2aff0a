import { createSubjects } from "@openauthjs/openauth/subject";
import { object, string } from "valibot";

/** Whom tokens are about; the issuer and its clients agree on it. */
export const subjects = createSubjects({ user: object({ id: string(), email: string() }) });
