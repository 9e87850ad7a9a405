import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIELD_NAMES,
  filterQuery,
  parseFilter,
  printFilter,
  type Term,
  toggleField,
} from './filter-language.ts';

const number = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const scoreName = fc.stringMatching(/^[a-z][a-z_]{0,12}$/);

const field: fc.Arbitrary<Term> = fc
  .constantFrom(...FIELD_NAMES)
  .chain((name): fc.Arbitrary<Term> => {
    if (name === 'status')
      return fc
        .constantFrom('success', 'error')
        .map((value) => ({ kind: 'field', field: name, value }));
    if (name === 'flagged')
      return fc
        .constantFrom('true', 'false')
        .map((value) => ({ kind: 'field', field: name, value }));
    if (name === 'cache')
      return fc.constantFrom('hit', 'miss').map((value) => ({ kind: 'field', field: name, value }));
    if (name === 'experiment')
      return fc.uuid().map((value) => ({ kind: 'field', field: name, value }));
    return text.map((value) => ({ kind: 'field', field: name, value }));
  });
const score: fc.Arbitrary<Term> = fc
  .tuple(scoreName, fc.constantFrom('<', '<=', '>', '>=', '=') as fc.Arbitrary<'<'>, number)
  .map(([name, operator, value]) => ({ kind: 'score', name, operator, value }));
const term = fc.oneof(
  field,
  score,
  number.map((minMs): Term => ({ kind: 'latency', minMs })),
  number.map((minUsd): Term => ({ kind: 'cost', minUsd })),
  text.map((piece): Term => ({ kind: 'text', text: piece })),
);

/** At most one term a slot, as the language allows. */
const terms = fc.array(term, { maxLength: 8 }).map((list) => {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = item.kind === 'field' ? item.field : item.kind;
    if (item.kind === 'text') return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
});

describe('the filter language', () => {
  describe('given any terms', () => {
    it('reads back exactly what it printed', () => {
      fc.assert(
        fc.property(terms, (list) => {
          expect(parseFilter(printFilter(list))).toEqual({ terms: list, problems: [] });
        }),
        { numRuns: 500 },
      );
    });
  });

  describe('given any line', () => {
    it('never throws, and printing what it understood changes nothing', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (line) => {
          const once = parseFilter(line);
          expect(parseFilter(printFilter(once.terms)).terms).toEqual(once.terms);
        }),
        { numRuns: 500 },
      );
    });
  });

  describe('given what people type', () => {
    it('understands fields, scores, bounds and text together', () => {
      const { terms: list, problems } = parseFilter(
        'model:demo/good status:error score.overall<0.5 latency>2s cost>=0.01 "refund please" now',
      );
      expect(problems).toEqual([]);
      expect(filterQuery(list)).toEqual({
        model: 'demo/good',
        status: 'error',
        score: 'overall<0.5',
        minLatencyMs: '2000',
        minCostUsd: '0.01',
        q: 'refund please now',
      });
    });

    it('understands how the gateway handled a call', () => {
      const id = '018f3f6e-0000-7000-8000-000000000001';
      const line = `route:chat cache:hit experiment:${id} arm:b`;
      expect(filterQuery(parseFilter(line).terms)).toEqual({
        route: 'chat',
        cache: 'hit',
        experiment: id,
        arm: 'b',
      });
    });

    it('keeps a colon inside a value', () => {
      expect(filterQuery(parseFilter('model:llama3:8b').terms)).toEqual({ model: 'llama3:8b' });
    });

    it('accepts the spellings of other tools', () => {
      expect(filterQuery(parseFilter('latency:>1.5s score.safe:>0.5 is:flagged').terms)).toEqual({
        minLatencyMs: '1500',
        score: 'safe>0.5',
        flagged: 'true',
      });
    });

    it.each([
      ['colour:red', 'unknown_field'],
      ['status:maybe', 'bad_value'],
      ['score.overall<much', 'bad_value'],
      ['cache:warm', 'bad_value'],
      ['experiment:mine', 'bad_value'],
      ['latency<2s', 'bad_value'],
      ['model:', 'bad_value'],
      ['"never closed', 'open_quote'],
      ['model:a model:b', 'given_twice'],
    ] as const)('says what is wrong with %s', (line, code) => {
      expect(parseFilter(line).problems.map((problem) => problem.code)).toEqual([code]);
    });
  });

  describe('when a facet is clicked', () => {
    it('sets, replaces and removes the field and keeps the rest', () => {
      const set = toggleField('"refund"', 'model', 'gpt 5');
      expect(set).toBe('refund model:"gpt 5"');
      expect(toggleField(set, 'model', 'o3')).toBe('refund model:o3');
      expect(toggleField(set, 'model', 'gpt 5')).toBe('refund');
    });
  });
});
