import { describe, expect, it } from 'vitest';
import { readMonitorsFile, writeMonitorsFile } from './file-text.ts';
import { MONITOR_TEMPLATES } from './templates.ts';

const YAML = `
monitors:
  - name: Errors of checkout
    metric: { kind: error_rate }
    slice: { route: checkout }
    condition:
      kind: threshold
      comparison: above
      fire: 0.05
    severity: critical
`;

describe('a monitors file', () => {
  it('is read from YAML and from JSON, with defaults', () => {
    const file = readMonitorsFile(YAML);
    expect(file).toMatchObject({
      version: 1,
      monitors: [{ slice: { route: 'checkout' }, condition: { windowMinutes: 5 }, channels: [] }],
    });
    expect(readMonitorsFile(writeMonitorsFile(file, 'json'))).toEqual(file);
  });

  it('keeps every template through both forms', () => {
    const file = {
      version: 1 as const,
      monitors: MONITOR_TEMPLATES.items.map(({ monitor }) => monitor),
    };
    expect(readMonitorsFile(writeMonitorsFile(file, 'yaml'))).toEqual(file);
    expect(readMonitorsFile(writeMonitorsFile(file, 'json'))).toEqual(file);
  });

  it('says where a mistake is', () => {
    const cases: readonly (readonly [text: string, message: RegExp])[] = [
      [YAML.replace('error_rate', 'errors'), /^monitors\.0\.metric/],
      [YAML.replace('severity: critical', 'severity: loud'), /^monitors\.0\.severity/],
      [`${YAML}    colour: red\n`, /^monitors\.0: .*colour/],
      ['monitors: [', /no YAML/],
      ['', /The file/],
      ['a: &a [1]\nmonitors: *nobody', /no YAML/],
    ];
    for (const [text, message] of cases) {
      expect(() => readMonitorsFile(text), text).toThrow(message);
    }
  });
});
