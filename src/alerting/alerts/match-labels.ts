import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Matcher } from '../../contract/alerts.ts';

/** Whether an alert with these labels is meant. */
export type MatchLabels = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Makes one test of several matchers: all have to hold, a missing label is an empty value, expressions are RE2 and have
 * to fit the whole value (as in Alertmanager). Answers what is wrong for an expression that RE2 does not read.
 */
export function matchLabels(
  matchers: readonly Matcher[],
): MatchLabels | { readonly problem: string } {
  const tests: MatchLabels[] = [];
  for (const { label, operator, value } of matchers) {
    const test = testOf(operator, value);
    if (typeof test !== 'function') return test;
    tests.push((labels) => test(labels[label] ?? ''));
  }
  return (labels) => tests.every((test) => test(labels));
}

function testOf(
  operator: Matcher['operator'],
  value: string,
): ((given: string) => boolean) | { readonly problem: string } {
  if (operator === '=') return (given) => given === value;
  if (operator === '!=') return (given) => given !== value;
  try {
    const pattern = RE2JS.compile(value, RE2JS.DOTALL);
    const wanted = operator === '=~';
    return (given) => pattern.matches(given) === wanted;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { problem: `"${value}" is no expression that RE2 reads: ${error.message}` };
  }
}
