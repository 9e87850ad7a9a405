import { describe, expect, it } from 'vitest';
import { outcomeOf } from './test-outcome.ts';

describe('what a test of a provider came to', () => {
  it.each([
    [true, 200, 'works'],
    [true, null, 'works'],
    [false, null, 'unreachable'],
    [false, 200, 'no_list'],
    [false, 401, 'refused'],
    [false, 403, 'refused'],
    [false, 404, 'no_list'],
    [false, 405, 'no_list'],
    [false, 302, 'redirects'],
    [false, 429, 'limited'],
    [false, 400, 'other'],
    [false, 503, 'own_fault'],
  ] as const)('%s with status %s: %s', (ok, httpStatus, outcome) => {
    expect(outcomeOf({ ok, httpStatus })).toBe(outcome);
  });
});
