import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { assembled, chatAnswers, deltasOf } from '../fixtures/arbitrary-answer.ts';
import { parseEvents } from '../sse.ts';
import { completionsCodec as codec } from './completions-codec.ts';

const BODY = { model: 'm', prompt: 'Once upon', max_tokens: 9, stop: ['.'], stream: true };
const ASKED = codec.readRequest(BODY, '/v1/completions');

const ANSWERS = chatAnswers({
  reasoning: 'none',
  refusals: false,
  toolCalls: false,
  stopSequences: false,
  serviceTier: false,
});

function wire(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

describe('given requests', () => {
  it('makes a message of the prompt, and a prompt of the message', () => {
    expect(ASKED.messages).toEqual([
      { role: 'user', name: null, parts: [{ kind: 'text', text: 'Once upon', cache: false }] },
    ]);
    expect(codec.writeRequest(ASKED)).toEqual({ path: '/completions', body: BODY, headers: {} });
    expect(codec.readRequest({ ...BODY, prompt: ['Once upon'] }, '')).toEqual(ASKED);
  });

  it.each<[string, object]>([
    ['prompt', { prompt: ['a', 'b'] }],
    ['prompt', { prompt: [1, 2] }],
    ['suffix', { suffix: 'x' }],
    ['echo', { echo: true }],
    ['best_of', { best_of: 3 }],
    ['logprobs', { logprobs: 1 }],
  ])('refuses %s by name', (field, more) => {
    expect(() => codec.readRequest({ ...BODY, ...more }, '')).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('refuses to complete a conversation', () => {
    const twice = { ...ASKED, messages: [...ASKED.messages, ...ASKED.messages] };
    expect(() => codec.writeRequest(twice)).toThrow(
      expect.objectContaining({ code: 'unsupported_field' }),
    );
  });
});

describe('given answers', () => {
  it('reads what it wrote, whole and streamed', () => {
    fc.assert(
      fc.property(ANSWERS, (answer) => {
        const body = wire(codec.writeAnswer(answer, ASKED));
        expect(codec.readAnswer(body)).toEqual(answer);
        const writer = codec.streamWriter(ASKED, { includeUsage: true, createdAt: 1 });
        const text = deltasOf(answer).map((step) => writer.write(step));
        const reader = codec.streamReader();
        const events = parseEvents(text.join('') + writer.end());
        const steps = [...events.flatMap((event) => [...reader.push(event)]), ...reader.end()];
        expect(assembled(steps)).toEqual({ ...answer, createdAt: null });
      }),
    );
  });

  it('throws nothing but refusals on wild JSON', () => {
    const keys = fc.constantFrom('model', 'prompt', 'choices', 'text', 'usage', 'stop', 'n');
    fc.assert(
      fc.property(fc.object({ key: keys }), (body) => {
        for (const read of [
          (): unknown => codec.readRequest(body, ''),
          (): unknown => codec.readAnswer(body),
        ]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        }
        codec.streamReader().push({ event: null, data: body });
      }),
    );
  });
});
