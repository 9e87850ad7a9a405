import { describe, expect, it } from 'vitest';
import { NewMonitor } from '../../../contract/monitors.ts';
import {
  backtestOf,
  bodyOf,
  conditionOf,
  emptyDraft,
  metricOf,
  readLabels,
  withMetric,
} from './draft.ts';
import { conditionsFor, METRIC_KINDS } from './metric-facts.ts';

describe('a draft of a monitor', () => {
  it('begins without a name, as something that can be looked at already', () => {
    expect(emptyDraft().name).toBe('');
    expect(bodyOf(emptyDraft())).toBeNull();
    expect(backtestOf(emptyDraft())).not.toBeNull();
    expect(bodyOf({ ...emptyDraft(), name: 'Quality' })?.condition.kind).toBe('drift');
  });

  it.each(METRIC_KINDS)('is complete for %s under each of its conditions', (kind) => {
    for (const condition of conditionsFor(kind)) {
      const monitor = {
        name: 'x',
        metric: metricOf(kind),
        condition: conditionOf(condition, kind),
      };
      expect(NewMonitor.safeParse(monitor).error).toBeUndefined();
    }
  });

  it.each(METRIC_KINDS)('has a condition that %s can have after it was chosen', (kind) => {
    for (const before of METRIC_KINDS) {
      const draft = withMetric(withMetric(emptyDraft(), before), kind);
      expect(conditionsFor(kind)).toContain(draft.condition.kind);
    }
  });

  it('keeps a condition that says the same of another metric, and no other', () => {
    const draft = emptyDraft();
    const condition = { ...conditionOf('drift', 'score_rate'), by: 0.02 } as typeof draft.condition;
    const changed = { ...draft, condition };
    expect(withMetric(changed, 'feedback_rate').condition).toEqual(condition);
    expect(withMetric(changed, 'error_rate').condition).toMatchObject({ direction: 'rise' });
    expect(withMetric(changed, 'latency').condition).toMatchObject({ kind: 'drift', by: 500 });
  });

  it('forgets the slice where calls do not matter', () => {
    const sliced = { ...emptyDraft(), slice: { model: 'a' } };
    expect(withMetric(sliced, 'spool_age').slice).toEqual({});
    expect(withMetric(sliced, 'cost').slice).toEqual({ model: 'a' });
  });

  it('is not sent while a number is missing', () => {
    const condition = { ...conditionOf('threshold', 'cost'), fire: Number.NaN };
    const draft = { ...emptyDraft(), name: 'x', condition } as ReturnType<typeof emptyDraft>;
    expect(bodyOf(draft)).toBeNull();
    expect(backtestOf(draft)).toBeNull();
  });
});

describe('labels', () => {
  it('are read line by line', () => {
    expect(readLabels('team=search\n\n tier = a=b ')).toEqual({ team: 'search', tier: 'a=b' });
    expect(readLabels(' ')).toEqual({});
  });

  it.each(['team', 'Team=x', '1a=x', '=x'])('are not %s', (text) => {
    expect(readLabels(text)).toBeNull();
  });
});
