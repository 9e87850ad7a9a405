import { createIdGenerator } from '../../src/core/ids.ts';
import type { ExchangeRecord } from '../../src/ingest/spool-record.ts';

export const PROJECT = '01990000-0000-7000-8000-000000000001';
const newId = createIdGenerator({ now: () => Date.now(), monotonic: () => performance.now() });

/** A recorded chat completion of about 3 KB with reported usage, as the gateway hands it over. */
export function exchangeRecord(given: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const request = JSON.stringify({
    model: 'gpt-5-mini',
    messages: [
      { role: 'system', content: 'You answer questions about invoices, briefly and politely.' },
      { role: 'user', content: 'When is invoice "4711" due?\nAnd who signed it?\n'.repeat(25) },
    ],
  });
  const response = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-5-mini-2025-08-07',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'It is due on "Friday".\n'.repeat(40) },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 300, completion_tokens: 200, total_tokens: 500 },
  });
  const body = (text: string) => ({
    text,
    encoding: 'utf8' as const,
    contentType: 'application/json',
    bytes: Buffer.byteLength(text),
    truncated: false,
  });
  return {
    kind: 'exchange',
    id: newId(),
    projectId: PROJECT,
    receivedAtMs: Date.now(),
    origin: 'gateway',
    dialect: 'openai',
    operation: 'chat',
    method: 'POST',
    path: '/v1/chat/completions',
    provider: 'openai',
    model: 'gpt-5-mini',
    stream: false,
    request: body(request),
    response: body(response),
    httpStatus: 200,
    status: 'success',
    errorType: null,
    errorMessage: null,
    latencyMs: 812.4,
    firstTokenMs: null,
    overheadMs: 0.31,
    attempts: [],
    context: {
      keyId: null,
      userId: 'user-1',
      sessionId: null,
      tags: ['invoices'],
      metadata: {},
      promptName: null,
      promptVersion: null,
      traceId: null,
      parentSpanId: null,
      passages: [],
    },
    ...given,
  };
}
