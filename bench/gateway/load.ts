/** What the load generator is asked to do. With `rate` (requests a second) the loop is open, else closed. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly seconds: number;
  readonly concurrency?: number;
  readonly rate?: number;
}

/** Latencies in milliseconds from the intended start; `first…` to the first byte of the body. */
export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly firstP50Ms: number;
  readonly firstP99Ms: number;
}

const PROMPT = 'Summarise the following report in two sentences. '.repeat(40);

/** A chat request of about 2 KB, or as many times that. */
export function chatBody(
  stream: boolean,
  options: { model?: string; times?: number } = {},
): string {
  const messages = [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content: PROMPT.repeat(options.times ?? 1) },
  ];
  return JSON.stringify({
    model: options.model ?? 'gpt-bench',
    messages,
    temperature: 0.2,
    ...(stream && { stream }),
  });
}
