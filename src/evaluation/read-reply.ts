import { AskError, type AskErrorCode, type Asked } from './ask.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a chat completion says. Throws AskError `unavailable` for anything else. */
export function answerOf(
  body: string,
  interactionId: string | null,
): Omit<Asked, 'interactionId' | 'provider' | 'latencyMs'> {
  const completion = parse(body);
  const choices = completion?.['choices'];
  const choice = Array.isArray(choices) ? asObject(choices[0]) : null;
  if (completion === null || choice === null) {
    throw new AskError('unavailable', 'The answer is no chat completion.', { interactionId });
  }
  const usage = asObject(completion['usage']);
  return {
    text: textOf(asObject(choice['message'])?.['content']),
    finishReason: asText(choice['finish_reason']),
    model: asText(completion['model']),
    inputTokens: asCount(usage?.['prompt_tokens']),
    outputTokens: asCount(usage?.['completion_tokens']),
    logprobs: choice['logprobs'] ?? null,
  };
}

const MAX_MESSAGE = 1_000;

/** A refused call as an error. */
export function refusalOf(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: string,
  interactionId: string | null,
): AskError {
  const error = asObject(parse(body)?.['error']);
  const said = asText(error?.['message']) ?? `The gateway answered ${status}.`;
  const code = codeOf(status, asText(error?.['code']));
  return new AskError(code, said.slice(0, MAX_MESSAGE), {
    interactionId,
    retryAfterMs: waitOf(headers.get('retry-after')),
  });
}

function codeOf(status: number, code: string | null): AskErrorCode {
  if (code === 'budget_exceeded') return 'budget_exceeded';
  if (code === 'upstream_not_configured') return 'refused';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  // 401: a project that this gateway has not heard of yet.
  if (status >= 500 || status === 401) return 'unavailable';
  return 'refused';
}

function waitOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter);
  return retryAfter === null || !(seconds >= 0) ? null : seconds * 1000;
}

function parse(body: string): Json | null {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => asText(asObject(part)?.['text']) ?? '').join('');
}
