import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dialect } from './dialect.ts';
import { dialectOf } from './dialects.ts';
import { refusedBy, SPEAKERS, type Speaker } from './fixtures/speakers.ts';
import { asObject, type JsonObject } from './json.ts';

const CAPTURES = join(import.meta.dirname, '../../../shared/captures');
const CHAT_PATHS: readonly (readonly [RegExp, Dialect['id'], string])[] = [
  [/\/chat\/completions/, 'openai', 'chat'],
  [/\/responses$/, 'openai', 'responses'],
  [/\/v1\/messages$/, 'anthropic', 'chat'],
  [/:(?:generateContent|streamGenerateContent)/, 'gemini', 'chat'],
  [/\/api\/chat$/, 'ollama', 'chat'],
];

interface CapturedCall {
  readonly name: string;
  readonly caller: Speaker;
  readonly path: string;
  readonly body: JsonObject;
}

function capturedCalls(): CapturedCall[] {
  const files = readdirSync(CAPTURES).filter((file) => !file.startsWith('otlp'));
  return files.flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(join(CAPTURES, file), 'utf8')) as {
      cases: Record<string, { exchanges?: { request: { path: string; json?: unknown } }[] }>;
    };
    return Object.entries(cases).flatMap(([name, { exchanges = [] }]) =>
      exchanges.flatMap(({ request }) => {
        const body = asObject(request.json);
        const known = CHAT_PATHS.find(([pattern]) => pattern.test(request.path));
        const codec = known === undefined ? undefined : dialectOf(known[1]).codecs[known[2]];
        if (body === null || known === undefined || codec === undefined) return [];
        const dialect = dialectOf(known[1]);
        const caller: Speaker = { name: `${known[1]} ${known[2]}`, dialect, codec };
        return [{ name: `${file} ${name}`, caller, path: request.path, body }];
      }),
    );
  });
}

// Captures of real clients lie beside the project where it is developed; they are not part of it.
describe.skipIf(!existsSync(CAPTURES))(
  'given requests of real clients (skipped without ../shared/captures)',
  () => {
    const all = existsSync(CAPTURES) ? capturedCalls() : [];

    it('finds them', () => {
      expect(all.length).toBeGreaterThan(60);
    });

    it.each(all)('carries $name to every provider, or names the field', (call) => {
      const asked = refusedBy(() => call.caller.codec.readRequest(call.body, call.path));
      if (asked.refusal !== null) {
        expect(asked.refusal.details).toMatchObject({ field: expect.stringMatching(/\S/) });
        return;
      }
      expect(asked.result.messages.length).toBeGreaterThan(0);
      for (const { codec } of SPEAKERS) {
        const said = refusedBy(() => codec.writeRequest(asked.result));
        if (said.refusal === null) expect(said.result.path).toMatch(/^\//);
        else expect(said.refusal.details).toMatchObject({ field: expect.stringMatching(/\S/) });
      }
    });

    it('carries most of them to each provider', () => {
      for (const { codec, name } of SPEAKERS) {
        const carried = all.filter(({ caller, body, path }) => {
          const { refusal } = refusedBy(() =>
            codec.writeRequest(caller.codec.readRequest(body, path)),
          );
          return refusal === null;
        });
        expect(carried.length / all.length, name).toBeGreaterThan(0.8);
      }
    });
  },
);
