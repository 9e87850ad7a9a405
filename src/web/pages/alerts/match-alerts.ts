import type { Alert, Matcher } from '../../../contract/alerts.ts';

type Test = (given: string) => boolean;

function testOf({ operator, value }: Matcher): Test | null {
  if (operator === '=') return (given) => given === value;
  if (operator === '!=') return (given) => given !== value;
  try {
    const pattern = new RegExp(`^(?:${value})$`, 's');
    return (given) => pattern.test(given) === (operator === '=~');
  } catch {
    return null;
  }
}

/**
 * The alerts that all matchers fit; null when an expression cannot be read. A preview: the server reads expressions as
 * RE2, which leaves some things out that a browser knows.
 */
export function matchAlerts(
  alerts: readonly Alert[],
  matchers: readonly Matcher[],
): readonly Alert[] | null {
  const tests = matchers.map((matcher) => ({ label: matcher.label, test: testOf(matcher) }));
  if (tests.some(({ test }) => test === null)) return null;
  return alerts.filter(({ labels }) =>
    tests.every(({ label, test }) => test?.(labels[label] ?? '') === true),
  );
}

/** The matchers that mean this alert and its like: all of its labels but how much it matters. */
export function matchersOf({ labels, name }: Alert): readonly Matcher[] {
  const given = Object.entries(labels).filter(([label]) => label !== 'severity');
  const all = given.length === 0 ? [['monitor', name] as const] : given;
  return all.slice(0, 20).map(([label, value]) => ({ label, operator: '=' as const, value }));
}
