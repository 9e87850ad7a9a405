import IntlMessageFormat from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { LOCALES } from './format.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

type Ast = ReturnType<IntlMessageFormat['getAst']>;

const FILES: Record<string, unknown> = import.meta.glob('./locales/*.json', {
  eager: true,
  import: 'default',
});

function read(locale: string): Map<string, string> {
  const messages = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') messages.set(path, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value))
        walk(inner, path === '' ? key : `${path}.${key}`);
  };
  walk(FILES[`./locales/${locale}.json`], '');
  return messages;
}

/** The arguments in one level of a message, and the levels below it. */
function look(part: Ast[number]): { names: string[]; inner: Ast[] } {
  const isLiteral = part.type === 0;
  return {
    names: 'value' in part && !isLiteral ? [`${part.value} (${part.type})`] : [],
    inner: [
      ...('options' in part ? Object.values(part.options).map((option) => option.value) : []),
      ...('children' in part ? [part.children] : []),
    ],
  };
}

/** The names of a message's arguments, with how each is used. */
function argumentsOf(message: string, locale: string): string[] {
  const found = new Set<string>();
  const walk = (ast: Ast): void => {
    for (const { names, inner } of ast.map(look)) {
      for (const name of names) found.add(name);
      for (const level of inner) walk(level);
    }
  };
  walk(new IntlMessageFormat(message, locale).getAst());
  return [...found].toSorted(byText);
}

const english = read('en');

describe.each(LOCALES)('the messages in %s', (locale) => {
  const messages = read(locale);

  it('are the same set as in English', () => {
    expect([...messages.keys()].toSorted(byText)).toEqual([...english.keys()].toSorted(byText));
  });

  it('take the same arguments as in English', () => {
    for (const [key, message] of english)
      expect([key, argumentsOf(messages.get(key) ?? '', locale)]).toEqual([
        key,
        argumentsOf(message, 'en'),
      ]);
  });

  it('say something, everywhere', () => {
    expect([...messages].filter(([, message]) => message.trim() === '')).toEqual([]);
  });
});

describe('the translations', () => {
  /** Names, units and codes that are the same in every language. */
  const UNTRANSLATED =
    /^(common\.sampleSize|comparison\.pSmall|comparison\.p|markers\.title|overview\.series\.p95|evaluations\.status\.judges\.llm|evaluations\.scores\.bin)$/;

  it.each(['ko', 'ja', 'zh'])('leave no English sentence in %s', (locale) => {
    const same = [...read(locale)].filter(
      ([key, message]) => message === english.get(key) && !UNTRANSLATED.test(key),
    );
    expect(same).toEqual([]);
  });

  it('has a file for every language, and no other', () => {
    const files = Object.keys(FILES).toSorted(byText);
    expect(files).toEqual(LOCALES.map((locale) => `./locales/${locale}.json`).toSorted(byText));
  });
});
