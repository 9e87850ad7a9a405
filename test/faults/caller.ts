import { ANSWER } from './answer-text.ts';

/** What a careful client makes of one call. */
export interface CallerView {
  readonly outcome: 'success' | 'error' | 'hang';
  /** The words it got, whatever came after. */
  readonly content: string;
  /** Whether these are all words of the answer and no others. */
  readonly complete: boolean;
  readonly status: number | null;
  readonly code: string | null;
  readonly error: string | null;
  readonly model: string | null;
  readonly usage: unknown;
  readonly headers: Headers;
  readonly elapsedMs: number;
}

export interface CallOptions {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly scenario: string;
  readonly stream?: boolean;
  /** No answer by then is a hang. */
  readonly maxMs: number;
  /** Wants a stream only once it is complete. */
  readonly whole?: boolean;
}

interface Heard {
  content: string;
  status: number | null;
  code: string | null;
  error: string | null;
  model: string | null;
  usage: unknown;
  headers: Headers;
}

/** One chat completion as a client would ask for it, read to its end. Never rejects. */
export async function call(options: CallOptions): Promise<CallerView> {
  const startedAt = performance.now();
  const heard: Heard = {
    content: '',
    status: null,
    code: null,
    error: null,
    model: null,
    usage: null,
    headers: new Headers(),
  };
  const signal = AbortSignal.timeout(options.maxMs);
  let hung = false;
  try {
    await ask(options, heard, signal);
  } catch (thrown) {
    hung = signal.aborted;
    heard.error ??= thrown instanceof Error ? thrown.message : String(thrown);
  }
  return {
    ...heard,
    outcome: hung ? 'hang' : heard.error === null ? 'success' : 'error',
    complete: heard.content.trim().replace(/\s+/g, ' ') === ANSWER,
    elapsedMs: performance.now() - startedAt,
  };
}

async function ask(options: CallOptions, heard: Heard, signal: AbortSignal): Promise<void> {
  const { url, key, model, scenario, stream = true, whole = false } = options;
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(whole ? { 'x-lqo-stream': 'whole' } : {}),
    },
    body: JSON.stringify({
      model,
      user: scenario,
      messages: [{ role: 'user', content: 'What is a gateway worth?' }],
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    }),
    signal,
  });
  heard.status = response.status;
  heard.headers = response.headers;
  if (!response.ok || !stream) {
    hearWhole(heard, response.ok, await response.text());
    return;
  }
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) if (hearEvent(heard, event)) return;
  }
}

function hearWhole(heard: Heard, isOk: boolean, text: string): void {
  const body = parsed(text);
  const error = body?.error;
  if (!isOk || body === null || error !== undefined) {
    heard.error = error?.message ?? text.slice(0, 200);
    heard.code = error?.code ?? null;
    return;
  }
  heard.model = body.model ?? null;
  heard.usage = body.usage ?? null;
  heard.content = body.choices?.[0]?.message?.content ?? '';
}

/** True when nothing more is to be heard. What is no JSON is passed over, as careful clients do. */
function hearEvent(heard: Heard, event: string): boolean {
  const data = event
    .split('\n')
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
    .join('\n');
  if (data === '[DONE]') return true;
  const chunk = parsed(data);
  if (chunk === null) return false;
  if (chunk.error !== undefined) {
    heard.error = `in the stream: ${chunk.error.message ?? ''}`;
    heard.code = chunk.error.code ?? null;
    return true;
  }
  heard.model = chunk.model ?? heard.model;
  heard.usage = chunk.usage ?? heard.usage;
  heard.content += chunk.choices?.[0]?.delta?.content ?? '';
  return false;
}

interface Body {
  readonly model?: string;
  readonly usage?: unknown;
  readonly error?: { readonly message?: string; readonly code?: string | null };
  readonly choices?: readonly {
    readonly message?: { readonly content?: string };
    readonly delta?: { readonly content?: string };
  }[];
}

function parsed(text: string): Body | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Body) : null;
  } catch {
    return null;
  }
}
