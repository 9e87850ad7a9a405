import { describe, expect, it } from 'vitest';
import { ollamaWire as wire } from './wire.ts';

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

const BASE = { model: 'llama3.2', created_at: '2026-11-21T09:00:00Z' };
const END = {
  done: true,
  done_reason: 'stop',
  total_duration: 5,
  prompt_eval_count: 9,
  eval_count: 3,
};

describe('given lines', () => {
  it.each([
    ['text', { message: { role: 'assistant', content: 'Hi' } }],
    ['thoughts', { message: { role: 'assistant', content: '', thinking: 'hm' } }],
    ['calls', { message: { role: 'assistant', content: '', tool_calls: [{}] } }],
    ['generated text', { response: 'Hi' }],
  ])('sees %s', (_, said) => {
    const event = line({ ...BASE, ...said, done: false });
    expect(wire.readEvent(event)).toMatchObject({ content: true, last: false, usage: null });
    const bytes = Buffer.from(event);
    expect(wire.marks.some((mark) => bytes.includes(mark))).toBe(false);
  });

  it('sees the last one and its counts', () => {
    for (const more of [{ message: { content: '' } }, { response: '' }]) {
      expect(wire.readEvent(line({ ...BASE, ...more, ...END }))).toMatchObject({
        last: true,
        finished: true,
        content: false,
        usage: { input: 9, output: 3, cachedInput: null },
      });
    }
  });

  it('sees errors', () => {
    const event = wire.readEvent(line({ error: 'out of memory' }));
    expect(event).toMatchObject({ last: false, error: { status: 502, message: 'out of memory' } });
  });

  it('makes nothing of blanks and half lines', () => {
    for (const event of ['', '\n', '{"done":tr', 'null\n', '[]\n']) {
      expect(wire.readEvent(event)).toMatchObject({ last: false, content: false, error: null });
    }
  });
});

describe('given whole answers', () => {
  it('finds the counts', () => {
    expect(wire.usageIn(JSON.stringify({ ...BASE, ...END }))).toMatchObject({ input: 9 });
    expect(wire.usageIn(JSON.stringify(BASE))).toBeNull();
  });

  it('writes errors as bare text with our code beside it', () => {
    const error = { status: 404, code: 'model_not_found', message: 'no', field: null };
    expect(JSON.parse(wire.errorBody(error))).toEqual({ error: 'no', code: 'model_not_found' });
    expect(wire.errorEvent(error, 'chat')).toBe('{"error":"no","code":"model_not_found"}\n');
    expect(wire.readError(404, wire.errorBody(error))).toEqual(error);
  });
});
