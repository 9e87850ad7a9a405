import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPLIES, withWord } from './fixtures/replies.ts';
import { lenientObjects } from './lenient-json.ts';
import { readVerdict } from './read-verdict.ts';

const WORD = '0123456789ab';
const form = { word: WORD, names: ['quality'], levels: [1, 2, 3, 4, 5] };
const asAsked = (level: number): string =>
  `{"call":"${WORD}","evidence":[],"reasoning":"fine","verdicts":{"quality":${level}}}`;

describe('a reply as it was asked for', () => {
  it.each([1, 2, 3, 4, 5])('says %i', (level) => {
    const read = readVerdict(asAsked(level), form);
    expect(read).toMatchObject({ read: true, asAsked: true });
    if (read.read) expect(read.verdict.levels.get('quality')).toBe(level);
  });
});

describe('a reply in another form', () => {
  it.each(REPLIES)('with $name', ({ reply, level }) => {
    const read = readVerdict(withWord(reply, WORD), form);
    expect(read.read ? (read.verdict.levels.get('quality') ?? null) : null).toBe(level);
  });

  it('needs every criterion', () => {
    const three = { ...form, names: ['overall', 'truthfulness'] };
    const reply = `{"call":"${WORD}","verdicts":{"overall":5,"truthfulness":2}}`;
    const read = readVerdict(reply, three);
    expect(read.read && Object.fromEntries(read.verdict.levels)).toEqual({
      overall: 5,
      truthfulness: 2,
    });
    expect(readVerdict(reply.replace(',"truthfulness":2', ''), three).read).toBe(false);
  });

  it('takes words only where the scale has two levels', () => {
    const binary = { ...form, levels: [0, 1] };
    const say = (verdict: unknown): string => JSON.stringify({ call: WORD, verdict });
    for (const [said, level] of [
      ['pass', 1],
      ['No', 0],
      [true, 1],
    ] as const) {
      const read = readVerdict(say(said), binary);
      expect(read.read && read.verdict.levels.get('quality')).toBe(level);
      expect(readVerdict(say(said), form).read).toBe(false);
    }
  });

  it('says what is wrong, for the judge to mend it', () => {
    expect(readVerdict('fine', form)).toEqual({ read: false, problem: 'it holds no JSON object' });
    expect(readVerdict(asAsked(9), form)).toMatchObject({
      problem: 'its verdicts are not quality with one of 1, 2, 3, 4, 5 each',
    });
  });
});

describe('whatever a model writes', () => {
  it('is read as a level of the scale or not at all, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (noise) => {
        const at = noise.length >> 1;
        const reply = noise.slice(0, at) + asAsked(3) + noise.slice(at);
        const read = readVerdict(reply, form);
        if (read.read) expect(form.levels).toContain(read.verdict.levels.get('quality'));
        expect(lenientObjects(noise).every((object) => typeof object === 'object')).toBe(true);
      }),
    );
  });

  it('never yields a verdict without the word of the call', () => {
    const json = fc.json({ maxDepth: 3 });
    fc.assert(
      fc.property(json, fc.string(), (value, around) => {
        fc.pre(!`${value}${around}`.includes(WORD));
        expect(readVerdict(`${around}${value}${asAsked(5).replace(WORD, 'x')}`, form).read).toBe(
          false,
        );
      }),
    );
  });

  it('is read in linear time', () => {
    const long = `${'{'.repeat(30_000)}${'"a":"'.repeat(10_000)}`;
    expect(readVerdict(long, form).read).toBe(false);
    expect(readVerdict(`${'<think>'.repeat(10_000)}`, form).read).toBe(false);
  });
});
