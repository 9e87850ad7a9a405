import { z } from 'zod';
import { ErrorBody } from '../contract/common.ts';
import type { NewFeedback, NewScore } from '../contract/interactions.ts';
import { ObserverError } from './observer-error.ts';

export interface ObserverOptions {
  /** Where the program listens, for example `http://127.0.0.1:18000`. */
  readonly baseUrl: string;
  /** A key with the scopes that are used: `ingest` for events, scores and feedback. */
  readonly apiKey: string;
  /** For tests and proxies; the global one by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds until a request is given up; 10 seconds by default. */
  readonly timeoutMs?: number;
}

/** What a call is about. Sent as `x-lqo-*` headers, which never reach the provider. */
export interface CallLabels {
  readonly user?: string;
  readonly session?: string;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** `name@version`. */
  readonly prompt?: string;
  /** The passages that the answer must be grounded in. */
  readonly context?: readonly string[];
}

const EventsReplySchema = z.object({
  accepted: z.number().int(),
  rejected: z.array(z.object({ line: z.number().int(), reason: z.string() })),
});
/** How many events were taken, and which were refused (by their place, from 1) and why. */
export type EventsReply = z.infer<typeof EventsReplySchema>;

export interface Observer {
  /** Base URL for OpenAI-compatible clients: `new OpenAI({ baseURL: observer.openAiBaseUrl })`. */
  readonly openAiBaseUrl: string;
  /** Headers that label a call, for a client's `defaultHeaders` or one request. Throws RangeError for a tag with a comma. */
  headers(labels: CallLabels): Record<string, string>;
  /** Sends finished calls and steps as events; the same event twice is kept once. */
  send(events: readonly Readonly<Record<string, unknown>>[]): Promise<EventsReply>;
  /**
   * Stores a person's verdict on an interaction or, by `traceId`, on the newest one of a trace. With an
   * idempotency key it may be sent again without being counted twice.
   */
  feedback(
    feedback: z.input<typeof NewFeedback>,
    options?: { readonly idempotencyKey?: string },
  ): Promise<void>;
  /** Stores a score made elsewhere; `value` from 0 to 1, 1 is good. */
  score(score: z.input<typeof NewScore>): Promise<void>;
}

/**
 * A client of a running program. Every method rejects with `ObserverError` when the program refuses,
 * and with the error of `fetch` when it cannot be reached.
 */
export function createObserver(options: ObserverOptions): Observer {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const post = (path: string, body: unknown): Promise<unknown> =>
    postJson(options, `${baseUrl}${path}`, { body });
  return {
    openAiBaseUrl: `${baseUrl}/v1`,
    headers: labelHeaders,
    send: async (events): Promise<EventsReply> =>
      EventsReplySchema.parse(await post('/api/v1/events', events)),
    feedback: async (feedback, { idempotencyKey } = {}): Promise<void> => {
      const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
      await postJson(options, `${baseUrl}/api/v1/feedback`, { body: feedback, headers });
    },
    score: async (score): Promise<void> => {
      await post('/api/v1/scores', score);
    },
  };
}

function labelHeaders(labels: CallLabels): Record<string, string> {
  const texts: [name: string, value: string | undefined][] = [
    ['x-lqo-user', labels.user],
    ['x-lqo-session', labels.session],
    ['x-lqo-tags', labels.tags === undefined ? undefined : tagList(labels.tags)],
    ['x-lqo-metadata', labels.metadata === undefined ? undefined : JSON.stringify(labels.metadata)],
    ['x-lqo-prompt', labels.prompt],
  ];
  const headers: Record<string, string> = {};
  for (const [name, value] of texts) if (value !== undefined) headers[name] = headerBytes(value);
  if (labels.context !== undefined) {
    headers['x-lqo-context'] = Buffer.from(JSON.stringify(labels.context)).toString('base64url');
  }
  return headers;
}

function tagList(tags: readonly string[]): string {
  const wrong = tags.find((tag) => tag.includes(','));
  if (wrong !== undefined) throw new RangeError(`A tag holds no comma: ${wrong}`);
  return tags.join(',');
}

/** HTTP clients write header values as Latin-1: UTF-8 bytes, one character each, arrive as UTF-8. */
function headerBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

async function postJson(
  options: ObserverOptions,
  url: string,
  { body, headers }: { readonly body: unknown; readonly headers?: Record<string, string> },
): Promise<unknown> {
  const send = options.fetch ?? globalThis.fetch;
  const response = await send(url, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `Bearer ${options.apiKey}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
  });
  const text = await response.text();
  if (response.ok) return text === '' ? null : JSON.parse(text);
  throw refusal(response.status, text);
}

function refusal(status: number, text: string): ObserverError {
  const body = ErrorBody.safeParse(parseJson(text));
  if (!body.success) {
    return new ObserverError({
      code: 'unknown',
      message: `The server answered ${status}`,
      status,
      requestId: null,
    });
  }
  const { code, message, requestId } = body.data.error;
  return new ObserverError({ code, message, status, requestId });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not our server's answer; the caller turns it into an error that shows the status.
    return null;
  }
}
