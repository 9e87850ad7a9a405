import { describe, expect, it } from 'vitest';
import type { Subject } from '../define-evaluator.ts';
import { pii } from '../pii.ts';
import { secrets } from '../secrets.ts';
import { createTextReader } from '../text/text-facts.ts';

function subject(prompt: string | null, answer: string): Subject {
  return {
    operation: 'chat',
    prompt,
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
  };
}
const tools = { read: createTextReader() };

describe('the scores of personal data and secrets', () => {
  it('say kinds, fields and places, and never the value', () => {
    const [score] = pii.evaluate(
      subject('My SSN is 532-41-9087', 'Thanks, I mail bo@firma.se and eva@firma.se.'),
      {},
      tools,
    );
    expect(score).toMatchObject({
      name: 'pii',
      value: 0,
      label: 'pii',
      flagged: true,
      reason: 'Found email (2) in the answer; us ssn in the prompt.',
      details: {
        severity: 'high',
        kinds: { us_ssn: 1, email: 2 },
        fields: { prompt: 1, answer: 2 },
        spans: [
          { field: 'prompt', index: 0, start: 10, end: 21, kind: 'us_ssn', severity: 'high' },
          { field: 'answer', index: 0, start: 15, end: 26, kind: 'email', severity: 'medium' },
          { field: 'answer', index: 0, start: 31, end: 43, kind: 'email', severity: 'medium' },
        ],
      },
    });
    expect(JSON.stringify(score)).not.toMatch(/9087|firma/);
  });

  it('do not flag values that belong to nobody', () => {
    const [score] = pii.evaluate(subject(null, 'Write to info@example.com.'), {}, tools);
    expect(score).toMatchObject({ value: 0.9, label: 'advisory', flagged: false });
  });

  it('flag credentials', () => {
    const [score] = secrets.evaluate(subject('DB_PASSWORD=gT5!kqz91Lm', 'Noted.'), {}, tools);
    expect(score).toMatchObject({
      name: 'secrets',
      value: 0,
      label: 'secret',
      details: { kinds: { password: 1 } },
    });
    expect(JSON.stringify(score)).not.toContain('gT5');
  });

  it('pass texts without, and say nothing about no text', () => {
    expect(pii.evaluate(subject('Hello', 'Hi!'), {}, tools)).toMatchObject([{ value: 1 }]);
    expect(pii.evaluate(subject(null, ''), {}, tools)).toEqual([]);
  });

  it('tell when a text was too long to be searched to its end', () => {
    const [score] = pii.evaluate(subject(null, `${'a '.repeat(150_000)}`), {}, tools);
    expect(score?.details).toEqual({ searchedCharacters: 200_000 });
  });
});
