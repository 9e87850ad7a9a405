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

const server = createServer((request, response) => {
  let streaming = false;
  request.on('data', (chunk: Buffer) => {
    streaming ||= chunk.includes('"stream":true');
  });
  request.on('end', () => {
    if (streaming) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(first);
      response.end(rest);
    } else {
      const length = String(whole.length);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
      response.end(whole);
    }
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
