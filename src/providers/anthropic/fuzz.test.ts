import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { chatRequests } from '../fixtures/arbitrary-chat.ts';
import type { JsonObject } from '../json.ts';
import { anthropicDialect } from './dialect.ts';

const codec = anthropicDialect.codecs['chat'];
if (codec === undefined) throw new Error('There is no chat codec.');

/** Names of real fields with values of any kind, so that the wild input gets past the first look. */
const NAMES = [
  ...['model', 'messages', 'max_tokens', 'system', 'stream', 'stop_sequences', 'metadata', 'tools'],
  ...[
    'tool_choice',
    'thinking',
    'output_config',
    'content',
    'role',
    'type',
    'text',
    'source',
    'id',
  ],
  ...['name', 'input', 'input_schema', 'tool_use_id', 'usage', 'stop_reason', 'cache_control'],
];
const TYPES = ['text', 'image', 'tool_use', 'tool_result', 'thinking', 'user', 'auto', 'base64'];

const { wild } = fc.letrec<{ wild: unknown }>((tie) => ({
  wild: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.constantFrom(...TYPES),
    fc.array(tie('wild'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('wild'), { noNullPrototype: true }),
  ),
}));
const body = fc.dictionary(fc.constantFrom(...NAMES), wild, { noNullPrototype: true });

/** The refusal of what cannot be read; anything else that is thrown is a bug. */
function refusalOf(work: () => unknown): AppError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

describe('given wild JSON', () => {
  it('reads requests or says which field is wrong', () => {
    fc.assert(
      fc.property(body, (wildBody: JsonObject) => {
        const refusal = refusalOf(() => codec.readRequest(wildBody, '/v1/messages'));
        if (refusal === null) return;
        expect(['invalid_request', 'unsupported_field']).toContain(refusal.code);
        expect(refusal.details).toMatchObject({ field: expect.any(String) });
        expect(refusal.message.length).toBeLessThan(4000);
      }),
      { numRuns: 500 },
    );
  });

  it('reads answers and writes them again', () => {
    fc.assert(
      fc.property(body, chatRequests(), (wildBody: JsonObject, request) => {
        const answer = codec.readAnswer(wildBody);
        const written = codec.writeAnswer(answer, request);
        expect(written).toMatchObject({ type: 'message', role: 'assistant' });
        expect(Array.isArray(written['content'])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('given any request at all', () => {
  it('writes it or refuses a field by name', () => {
    fc.assert(
      fc.property(
        chatRequests(),
        fc.constantFrom('claude-2', 'claude-opus-5', 'x'),
        (all, model) => {
          const refusal = refusalOf(() => codec.writeRequest({ ...all, model }));
          if (refusal === null) return;
          expect(refusal.code).toBe('unsupported_field');
          expect(refusal.details).toMatchObject({ field: expect.any(String) });
        },
      ),
      { numRuns: 300 },
    );
  });
});
