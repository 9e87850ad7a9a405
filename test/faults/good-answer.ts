import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWER, ANSWER_WORDS } from './answer-text.ts';
import type { Timing } from './timing.ts';

const USAGE = { prompt_tokens: 20, completion_tokens: 60, total_tokens: 80 };

/** A whole answer, as JSON text. */
export function wholeAnswer(model: string): string {
  return JSON.stringify({
    id: 'chatcmpl-fault',
    object: 'chat.completion',
    created: 1_795_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }],
    usage: USAGE,
  });
}

export function streamHead(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
  response.flushHeaders();
}

/** One event that adds a piece to the answer, or says why it ended. */
export function event(model: string, delta: object, finishReason: string | null = null): string {
  return chunk(model, { choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function chunk(model: string, more: object): string {
  const value = {
    id: 'chatcmpl-fault',
    object: 'chat.completion.chunk',
    created: 1_795_000_000,
    model,
    ...more,
  };
  return `data: ${JSON.stringify(value)}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';

/** The events of a whole stream: role, one for each word, finish, usage, end. */
export function streamEvents(model: string): string[] {
  return [
    event(model, { role: 'assistant', content: '' }),
    ...ANSWER_WORDS.map((word, index) =>
      event(model, { content: index === 0 ? word : ` ${word}` }),
    ),
    event(model, {}, 'stop'),
    chunk(model, { choices: [], usage: USAGE }),
    DONE,
  ];
}

interface GoodAnswer {
  readonly response: ServerResponse;
  readonly streams: boolean;
  readonly timing: Timing;
  readonly model: string;
}

/** Answers as a healthy model. */
export async function answerWell({ response, streams, timing, model }: GoodAnswer): Promise<void> {
  if (!streams) {
    response.setHeader('content-type', 'application/json');
    response.end(wholeAnswer(model));
    return;
  }
  streamHead(response);
  for (const event of streamEvents(model)) {
    if (response.destroyed) return;
    response.write(event);
    await sleep(timing.betweenTokensMs);
  }
  response.end();
}
