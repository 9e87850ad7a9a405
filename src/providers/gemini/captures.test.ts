import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asObject, type JsonObject } from '../json.ts';
import { readExchange } from '../read-exchange.ts';
import { parseEvents } from '../sse.ts';
import { geminiDialect } from './dialect.ts';
import { readPath } from './path.ts';

const CAPTURES = join(import.meta.dirname, '../../../../shared/captures');
const CLIENTS = /^(?:genai|ai-google)@/;

interface Captured {
  readonly name: string;
  readonly request: { readonly path: string; readonly query: object; readonly json: unknown };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly json?: unknown;
    readonly sse?: readonly string[];
  };
}

function captures(): Captured[] {
  return readdirSync(CAPTURES)
    .filter((file) => CLIENTS.test(file))
    .flatMap((file) => {
      const { cases } = JSON.parse(readFileSync(join(CAPTURES, file), 'utf8')) as {
        cases: Record<string, { exchanges: Captured[] }>;
      };
      return Object.entries(cases).flatMap(([name, { exchanges }]) =>
        exchanges.map((exchange) => ({ ...exchange, name: `${file} ${name}` })),
      );
    });
}

const OPERATIONS: Readonly<Record<string, string>> = {
  generateContent: 'chat',
  streamGenerateContent: 'chat',
  countTokens: 'count_tokens',
  embedContent: 'embeddings',
  batchEmbedContents: 'embeddings',
};

function bodyText({ response }: Captured): string {
  return response.sse?.join('') ?? JSON.stringify(response.json);
}

// Captures of real clients lie beside the project where it is developed; they are not part of it.
describe.skipIf(!existsSync(CAPTURES))(
  'given captures of real clients (skipped without ../shared/captures)',
  () => {
    const all = existsSync(CAPTURES) ? captures() : [];
    const chats = all.filter(
      ({ request, response }) =>
        OPERATIONS[readPath(request.path)?.method ?? ''] === 'chat' && response.status === 200,
    );

    it('finds them', () => {
      expect(all.length).toBeGreaterThan(10);
      expect(chats.length).toBeGreaterThan(7);
    });

    it.each(all)('records $name without loss', (captured) => {
      const { request, response } = captured;
      const target = readPath(request.path);
      const operation = OPERATIONS[target?.method ?? ''] ?? 'passthrough';
      const parsed = readExchange({
        dialect: 'gemini',
        operation,
        path: request.path,
        model: target?.model ?? null,
        request: {
          text: JSON.stringify(request.json),
          encoding: 'utf8',
          contentType: 'application/json',
          truncated: false,
        },
        response: {
          text: bodyText(captured),
          encoding: 'utf8',
          contentType: response.contentType,
          truncated: false,
        },
        httpStatus: response.status,
      });
      expect(parsed.errorMessage !== null).toBe(response.status >= 400);
      expect(parsed.requestModel).toBe(target?.model ?? null);
      if (operation !== 'passthrough') expect(parsed.promptText).not.toBeNull();
      if (operation !== 'chat' || response.status >= 400) return;
      expect(parsed.usage).toMatchObject({ input: 11, output: 5, source: 'reported' });
      expect(parsed.responseModel).toBe('gemini-mock');
      const hasCalls = bodyText(captured).includes('functionCall');
      expect(parsed.finishReason).toBe(hasCalls ? 'tool_calls' : 'stop');
      expect(parsed.toolCalls.length > 0).toBe(hasCalls);
      expect(parsed.responseText === null).toBe(hasCalls);
    });

    it.each(chats)('translates the request of $name there and back', ({ request }) => {
      const codec = geminiDialect.codecs['chat'];
      const query = new URLSearchParams({ ...request.query }).toString();
      const path = query === '' ? request.path : `${request.path}?${query}`;
      const body = asObject(request.json) ?? {};
      const neutral = codec?.readRequest(body, path);
      if (codec === undefined || neutral === undefined) throw new Error('There is no codec.');
      expect(neutral.model).toBe('gemini-mock');
      expect(neutral.messages.length).toBeGreaterThan(0);
      const again = codec.writeRequest(neutral);
      expect(readPath(again.path)).toMatchObject({ model: 'gemini-mock', version: 'v1beta' });
      expect(codec.readRequest(asJson(again.body), again.path)).toEqual(neutral);
    });

    it.each(chats)('translates the answer of $name there and back', (captured) => {
      const codec = geminiDialect.codecs['chat'];
      if (codec === undefined) throw new Error('There is no codec.');
      if (captured.response.sse === undefined) {
        const answer = codec.readAnswer(asObject(captured.response.json) ?? {});
        expect(answer.choices[0]?.finishReason).not.toBeNull();
        const request = codec.readRequest({ contents: [] }, captured.request.path);
        expect(codec.readAnswer(asJson(codec.writeAnswer(answer, request)))).toEqual(answer);
        return;
      }
      const reader = codec.streamReader();
      const steps = parseEvents(bodyText(captured)).flatMap((event) => [...reader.push(event)]);
      steps.push(...reader.end());
      expect(steps.map(({ kind }) => kind)).toEqual([
        'start',
        ...Array.from({ length: 5 }, () => 'text'),
        'finish',
        'usage',
      ]);
    });
  },
);

function asJson(value: JsonObject): JsonObject {
  return asObject(JSON.parse(JSON.stringify(value))) ?? {};
}
