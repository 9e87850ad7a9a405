/**
 * Measures whether prompt or answer hold personal data that has a form: addresses of mail, numbers of people,
 * cards, accounts, phones, networks.
 * Method: patterns per country around every number, checked by their issuers' rules (Luhn, MOD 97-10, weighted sums,
 * dates, ranges) and by the words and the language around them; forms are folded first (full width, other digits,
 * dashes, invisible characters). Values that belong to nobody (example.com, 555-01xx, test cards, private networks)
 * and such of organisations (business numbers, postal codes, addresses of streets) count as low and are not flagged.
 * Blind spots: names of people, ages, occupations and everything else without a form; addresses without number or
 * in forms we do not know; numbers in words; values split over lines or messages; identity numbers without check
 * digits unless a word says what they are; countries that are not in the list (docs/evaluators.md). Context passages
 * and tool results are not read.
 * Source: rules as published by issuers, named at each pattern; accuracy on public data in docs/accuracy.md.
 */
import { z } from 'zod';
import { defineEvaluator, type ScoreDraft } from './define-evaluator.ts';
import { findPersonalData } from './pii/find-personal-data.ts';
import { judgeFindings } from './pii/judge-findings.ts';

/** Looks for personal data in prompt and answer. */
export const pii = defineEvaluator({
  id: 'pii',
  version: 'v1',
  title: 'Personal data',
  description:
    'Personal data with a form, in prompt and answer: mail addresses, phones, cards, accounts, identity numbers.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: [],
  evaluate(subject): readonly ScoreDraft[] {
    return judgeFindings(subject, { name: 'pii', found: 'pii', search: findPersonalData });
  },
});
