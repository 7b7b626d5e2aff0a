import { EmailMessage } from "cloudflare:email";
import { equal, run, throws } from "test";

