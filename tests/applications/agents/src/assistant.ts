import { AIChatAgent } from "@cloudflare/ai-chat";
import { convertToModelMessages, stepCountIs, streamText } from "ai";
import { createWorkersAI } from "workers-ai-provider";

interface Env {
  AI: Ai;
}

/** A chat with a model; what was said is kept. */
export class Assistant extends AIChatAgent<Env> {
  async onChatMessage(_onFinish: unknown, options?: { abortSignal?: AbortSignal }) {
    const models = createWorkersAI({ binding: this.env.AI });
    const result = streamText({
      model: models("@cf/test/model"),
      messages: await convertToModelMessages(this.messages),
      stopWhen: stepCountIs(2),
      abortSignal: options?.abortSignal,
    });
    return result.toUIMessageStreamResponse();
  }
}
