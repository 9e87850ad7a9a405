import { describe, expect, it } from 'vitest';
import type { Alert, Matcher } from '../../../contract/alerts.ts';
import { matchAlerts, matchersOf } from './match-alerts.ts';

function alert(name: string, labels: Record<string, string>): Alert {
  return { name, labels } as unknown as Alert;
}

const ERRORS = alert('Errors', { monitor: 'Errors', severity: 'critical', model: 'gpt-5' });
const SLOW = alert('Slow', { monitor: 'Slow', severity: 'warning' });

function names(...matchers: Matcher[]): readonly string[] | null {
  return matchAlerts([ERRORS, SLOW], matchers)?.map(({ name }) => name) ?? null;
}

describe('a preview of a silence', () => {
  it('shows alerts that all matchers fit', () => {
    expect(names({ label: 'monitor', operator: '=', value: 'Errors' })).toEqual(['Errors']);
    expect(names({ label: 'severity', operator: '!=', value: 'critical' })).toEqual(['Slow']);
    expect(
      names(
        { label: 'monitor', operator: '=', value: 'Errors' },
        { label: 'severity', operator: '=', value: 'warning' },
      ),
    ).toEqual([]);
  });

  it('fits expressions to the whole value', () => {
    expect(names({ label: 'model', operator: '=~', value: 'gpt' })).toEqual([]);
    expect(names({ label: 'model', operator: '=~', value: 'gpt.*|claude' })).toEqual(['Errors']);
  });

  it('takes a missing label for an empty value', () => {
    expect(names({ label: 'model', operator: '=', value: '' })).toEqual(['Slow']);
    expect(names({ label: 'model', operator: '!~', value: '.+' })).toEqual(['Slow']);
  });

  it('knows nothing of an expression that cannot be read', () => {
    expect(names({ label: 'model', operator: '=~', value: '(' })).toBeNull();
  });

  it('begins with what means the alert itself, whatever its severity', () => {
    const matchers = matchersOf(ERRORS);
    expect(matchers.map(({ label }) => label)).toEqual(['monitor', 'model']);
    expect(names(...matchers)).toEqual(['Errors']);
    expect(matchersOf(alert('Late', {}))).toEqual([
      { label: 'monitor', operator: '=', value: 'Late' },
    ]);
  });
});
