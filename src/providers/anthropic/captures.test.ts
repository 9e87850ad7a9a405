import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordedBody } from '../exchange.ts';
import { asObject, type JsonObject } from '../json.ts';
import { readExchange } from '../read-exchange.ts';
import { parseEvents } from '../sse.ts';
import { anthropicDialect } from './dialect.ts';

const CAPTURES = join(import.meta.dirname, '../../../../shared/captures');
const CLIENTS = /^(?:anthropic|ai-anthropic)@/;

interface Captured {
  readonly name: string;
  readonly request: { readonly path: string; readonly json?: JsonObject };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly json?: JsonObject;
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

function body(json: JsonObject | undefined, sse?: readonly string[]): RecordedBody | null {
  if (json === undefined && sse === undefined) return null;
  const contentType = sse === undefined ? 'application/json' : 'text/event-stream';
  return {
    text: sse?.join('') ?? JSON.stringify(json),
    encoding: 'utf8',
    contentType,
    truncated: false,
  };
}

const TEXTS = ['Hello from the mock.', '{"city":"Paris"}'];

// Captures of real clients lie beside the project where it is developed; they are not part of it.
describe.skipIf(!existsSync(CAPTURES))(
  'given captures of real clients (skipped without ../shared/captures)',
  () => {
    const all = existsSync(CAPTURES) ? captures() : [];
    const chats = all.filter(({ request }) => request.path === '/v1/messages');
    const codec = anthropicDialect.codecs['chat'];

    it('finds them', () => {
      expect(chats.length).toBeGreaterThan(12);
    });

    it.each(chats)('reads $name without loss', ({ request, response }) => {
      const parsed = readExchange({
        dialect: 'anthropic',
        operation: 'chat',
        path: request.path,
        model: null,
        request: body(request.json),
        response: body(response.json, response.sse),
        httpStatus: response.status,
      });
      expect(parsed.requestModel).toBe('claude-mock');
      expect(parsed.promptText).toMatch(/hi|x/);
      if (response.status !== 200) {
        expect(parsed.errorMessage).toBe('Overloaded');
        return;
      }
      expect(parsed.usage).toMatchObject({ input: 11, output: 5, cachedInput: 0 });
      if (parsed.toolCalls.length > 0) {
        expect(parsed.toolCalls[0]?.name).toBe('get_weather');
        expect(JSON.parse(parsed.toolCalls[0]?.arguments ?? '')).toEqual({ city: 'Paris' });
        expect(parsed.finishReason).toBe('tool_calls');
      } else {
        expect(TEXTS).toContain(parsed.responseText);
        expect(parsed.finishReason).toBe('stop');
      }
    });

    it.each(chats)('translates $name there and back', ({ request, response }) => {
      const asked = codec?.readRequest(request.json ?? {}, request.path);
      if (asked === undefined || codec === undefined) throw new Error('There is no codec.');
      const again = codec.writeRequest(asked);
      expect(again.path).toBe('/v1/messages');
      expect(codec.readRequest(again.body, again.path)).toEqual(asked);
      if (response.status !== 200) return;
      if (response.json !== undefined) {
        const whole = codec.writeAnswer(codec.readAnswer(response.json), asked);
        const { usage: _usage, ...rest } = response.json;
        expect(whole).toMatchObject(rest);
        return;
      }
      const reader = codec.streamReader();
      const writer = codec.streamWriter(asked, { includeUsage: true, createdAt: 0 });
      const text = parseEvents((response.sse ?? []).join(''))
        .flatMap((event) => reader.push(event))
        .map((delta) => writer.write(delta))
        .join('');
      const written = parseEvents(text + writer.end());
      const sent = parseEvents((response.sse ?? []).join('')).filter(
        ({ event }) => event !== 'ping',
      );
      expect(written.map(({ event }) => event)).toEqual(sent.map(({ event }) => event));
      expect(pieces(written)).toBe(pieces(sent));
    });
  },
);

function pieces(events: readonly { readonly data: unknown }[]): string {
  return events
    .map(({ data }) => asObject(asObject(data)?.['delta']))
    .map((delta) => delta?.['text'] ?? delta?.['partial_json'] ?? '')
    .join('');
}
