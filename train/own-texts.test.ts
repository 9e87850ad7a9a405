import { describe, expect, it } from 'vitest';
import { expandTemplates, ownTexts } from './own-texts.ts';

const SOURCE = `# A remark.
fruit := apple | pear | plum
sort := ripe {fruit} | green {fruit}
+ Eat {the|a} {fruit}!
- Two of them: {fruit*2}
- Braces \\{stay\\} and\\nlines break; {sort}
`;

describe('given templates', () => {
  it('draws different texts of each, labelled by its sign, with its line', () => {
    const texts = expandTemplates(SOURCE, { perTemplate: 4, seed: 1 });
    const eaten = texts.filter(({ label }) => label === 1);
    expect(eaten).toHaveLength(4);
    expect(new Set(eaten.map(({ text }) => text)).size).toBe(4);
    for (const { text, line } of eaten) {
      expect(text).toMatch(/^Eat (?:the|a) (?:apple|pear|plum)!$/);
      expect(line).toBe(4);
    }
  });

  it('draws several different alternatives of one slot', () => {
    const texts = expandTemplates(SOURCE, { perTemplate: 6, seed: 1 });
    for (const { text } of texts.filter(({ line }) => line === 5)) {
      const [, one, other] = /^Two of them: (\w+) (\w+)$/.exec(text) ?? [];
      expect(one).not.toBe(other);
    }
  });

  it('keeps braces, breaks lines, fills slots inside slots', () => {
    const [text] = expandTemplates(SOURCE, { perTemplate: 1, seed: 1 }).filter(
      ({ line }) => line === 6,
    );
    expect(text?.text).toMatch(/^Braces \{stay\} and\nlines break; (?:ripe|green) \w+$/);
  });

  it('draws the same texts for the same seed', () => {
    const draw = (seed: number): unknown => expandTemplates(SOURCE, { perTemplate: 3, seed });
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('refuses lines and slots that it does not know', () => {
    const expansion = { perTemplate: 1, seed: 1 };
    expect(() => expandTemplates('Eat it!', expansion)).toThrow('Line 1');
    expect(() => expandTemplates('+ Eat {what}', expansion)).toThrow('{what}');
    expect(() => expandTemplates('a := {a}\n+ {a}', expansion)).toThrow('circle');
  });
});

describe('the templates of this folder', () => {
  const languages = ['en', 'de', 'fr', 'es', 'ko', 'ja', 'zh'];
  it.each([
    ['own-injection', 'injection', [...languages, 'others']],
    ['own-injection', 'indirect', languages],
    ['own-refusal', 'refusal', ['en', 'ko', 'ja', 'zh', 'others']],
  ] as const)('%s/%s have positives and negatives in every language', (folder, name, langs) => {
    for (const lang of langs) {
      const texts = ownTexts([folder, name], [lang], { perTemplate: 3, seed: 7 });
      expect(texts.filter(({ label }) => label === 1).length).toBeGreaterThan(10);
      expect(texts.filter(({ label }) => label === 0).length).toBeGreaterThan(10);
      expect(texts.filter(({ text }) => /\{\w+(?:\*\d)?\}/.test(text))).toEqual([]);
    }
  });
});
