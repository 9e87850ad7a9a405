import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The provider of the bench: answers at once, 1.2 KB whole or a stream of 66 events in one piece. */
const STREAM_EVENTS = 64;
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(18);
const usage = { prompt_tokens: 420, completion_tokens: 180, total_tokens: 600 };
const base = { id: 'chatcmpl-bench', created: 1_795_000_000, model: 'gpt-bench' };
const whole = Buffer.from(
  JSON.stringify({
    ...base,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage,
  }),
);

function event(chunk: object): string {
  return `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...chunk })}\n\n`;
}

const choice = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const first = Buffer.from(event(choice({ role: 'assistant', content: '' })));
const rest = Buffer.from(
  [
    ...Array.from({ length: STREAM_EVENTS }, (_, at) => event(choice({ content: ` word${at}` }))),
    event(choice({}, 'stop')),
    event({ choices: [], usage }),
    'data: [DONE]\n\n',
  ].join(''),
);

/** The same answer in Anthropic's words, for what translation costs. */
const message = {
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: 'claude-bench',
  stop_reason: 'end_turn',
  stop_sequence: null,
};
const messageUsage = { input_tokens: 420, output_tokens: 180 };
const wholeMessage = Buffer.from(
  JSON.stringify({ ...message, content: [{ type: 'text', text }], usage: messageUsage }),
);

function named(event: { type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const messageStart = Buffer.from(
  named({
    type: 'message_start',
    message: { ...message, stop_reason: null, content: [], usage: messageUsage },
  } as { type: string }),
);
const messageRest = Buffer.from(
  [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...Array.from({ length: STREAM_EVENTS }, (_, at) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: ` word${at}` },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 180 } },
    { type: 'message_stop' },
  ]
    .map(named)
    .join(''),
);

interface Answer {
  readonly whole: Buffer;
  readonly first: Buffer;
  readonly rest: Buffer;
}

const OPENAI: Answer = { whole, first, rest };
const ANTHROPIC: Answer = { whole: wholeMessage, first: messageStart, rest: messageRest };

const server = createServer((request, response) => {
  const answer = request.url?.startsWith('/v1/messages') ? ANTHROPIC : OPENAI;
  let streaming = false;
  request.on('data', (chunk: Buffer) => {
    streaming ||= chunk.includes('"stream":true');
  });
  request.on('end', () => {
    if (streaming) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(answer.first);
      response.end(answer.rest);
    } else {
      const length = String(answer.whole.length);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
      response.end(answer.whole);
    }
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
