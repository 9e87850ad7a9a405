import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordedBody } from './exchange.ts';
import { readExchange } from './read-exchange.ts';

const CAPTURES = join(import.meta.dirname, '../../../shared/captures');
const CLIENTS = /^(?:openai|ai-openai|langchain-openai)/;

interface CapturedMessage {
  readonly path?: string;
  readonly status?: number;
  readonly contentType?: string;
  readonly json?: unknown;
  readonly sse?: readonly string[];
  readonly bodyText?: string;
  readonly bodyBase64?: string;
}

interface Captured {
  readonly name: string;
  readonly request: CapturedMessage;
  readonly response: CapturedMessage;
}

function captures(): Captured[] {
  const files = readdirSync(CAPTURES).filter((file) => CLIENTS.test(file));
  return files.flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(join(CAPTURES, file), 'utf8')) as {
      cases: Record<string, { exchanges?: Captured[] } & Captured>;
    };
    return Object.entries(cases).flatMap(([name, found]) =>
      (found.exchanges ?? [found].flat()).map((exchange) => ({
        ...exchange,
        name: `${file} ${name}`,
      })),
    );
  });
}

function bodyOf(message: CapturedMessage): RecordedBody | null {
  const text =
    message.json === undefined
      ? (message.sse?.join('') ?? message.bodyText ?? message.bodyBase64)
      : JSON.stringify(message.json);
  if (text === undefined) return null;
  const contentType = message.contentType ?? 'application/json';
  const encoding = message.bodyBase64 === undefined ? 'utf8' : 'base64';
  return { text, encoding, contentType, truncated: false };
}

/** Everything of the reply that names text or tokens, read by brute force instead of by shape. */
function expectations(message: CapturedMessage): {
  text: string;
  tokens: number | null;
  error: boolean;
} {
  const text = JSON.stringify(message.json ?? '') + (message.sse?.join('') ?? '');
  const tokens = /"(?:prompt|input)_tokens":(\d+)/.exec(text)?.[1];
  return {
    text,
    tokens: tokens === undefined ? null : Number(tokens),
    error: /"error":\{/.test(text),
  };
}

const OPERATIONS: readonly [RegExp, string][] = [
  [/chat\/completions$/, 'chat'],
  [/responses$/, 'responses'],
  [/embeddings$/, 'embeddings'],
  [/completions$/, 'completions'],
];

// Captures of real clients lie beside the project where it is developed; they are not part of it.
describe.skipIf(!existsSync(CAPTURES))(
  'given captures of real clients (skipped without ../shared/captures)',
  () => {
    const all = existsSync(CAPTURES) ? captures() : [];

    it('finds them', () => {
      expect(all.length).toBeGreaterThan(40);
    });

    it.each(all)('reads $name without loss', ({ request, response }) => {
      const path = request.path ?? '/';
      const operation = OPERATIONS.find(([pattern]) => pattern.test(path))?.[1] ?? 'passthrough';
      const parsed = readExchange({
        dialect: 'openai',
        operation,
        path,
        model: null,
        request: bodyOf(request),
        response: bodyOf(response),
        httpStatus: response.status ?? null,
      });
      const expected = expectations(response);
      expect(parsed.usage.input).toBe(expected.tokens);
      expect(parsed.errorMessage !== null).toBe(expected.error);
      if (operation === 'passthrough') return;
      expect(parsed.requestModel).toBe((request.json as { model: string }).model);
      expect(parsed.promptText).not.toBeNull();
      if (operation === 'embeddings' || expected.error) return;
      expect(parsed.finishReason).not.toBeNull();
      expect(parsed.toolCalls.length > 0).toBe(
        /"(?:tool_calls"|function_call")/.test(expected.text),
      );
      expect(parsed.responseText === null).toBe(parsed.toolCalls.length > 0);
      expect(['Hello from the mock.', '{"city":"Paris"']).toSatisfy(
        (texts: string[]) =>
          parsed.toolCalls.length > 0 || texts.some((text) => parsed.responseText?.includes(text)),
      );
    });
  },
);
