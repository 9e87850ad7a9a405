import { describe, expect, it } from 'vitest';
import {
  addValue,
  normal,
  noSums,
  type Random,
  type Sums,
  seeded,
} from '../../test/support/seeded-random.ts';
import { type ExperimentFigures, NewExperiment } from '../contract/experiments.ts';
import { analyse } from './analyse.ts';
import { type LookMemory, noMemory } from './compare-arms.ts';
import { completeDesign, type Design } from './design.ts';
import type { ExperimentSums } from './read-sums.ts';

function designOf(more: object = {}): Design {
  return completeDesign(
    NewExperiment.parse({
      name: 'x',
      target: { kind: 'model', name: 'm' },
      arms: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
      control: 'a',
      primaryMetric: 'score:overall',
      ...more,
    }),
  );
}

type Measured = Readonly<Record<string, Readonly<Record<string, Sums>>>>;

function sumsOf(measured: Measured): ExperimentSums {
  return {
    spend: [],
    arms: new Map(
      Object.entries(measured).map(([arm, metrics]) => {
        const units = Math.max(...Object.values(metrics).map(({ n }) => n));
        return [arm, { arm, units, calls: units, metrics: new Map(Object.entries(metrics)) }];
      }),
    ),
  };
}

function lookAt(
  design: Design,
  measured: Measured,
  memory: LookMemory = noMemory(),
): ExperimentFigures {
  return analyse({
    design,
    started: true,
    sums: sumsOf(measured),
    memory,
    at: new Date('2026-11-21T12:00:00Z'),
  });
}

/** `n` units of which this part has the value 1. */
const rate = (n: number, part: number): Sums => ({
  n,
  sum: Math.round(n * part),
  sumOfSquares: Math.round(n * part),
});

describe('given three equal arms with guards and a look after every tenth unit', () => {
  function addUnit(
    sums: Readonly<Record<'score:overall' | 'cost' | 'error_rate', Sums>>,
    random: Random,
  ): void {
    addValue(sums['score:overall'], random() < 0.7 ? 1 : 0);
    addValue(sums.cost, Math.exp(normal(random)));
    addValue(sums.error_rate, random() < 0.05 ? 1 : 0);
  }

  /** Whether any look of a whole experiment says that an arm is better or worse, or violates a guard. */
  function falseAlarm(random: Random): { primary: boolean; guard: boolean } {
    const design = designOf({
      guards: [
        { metric: 'cost', worseBy: 0 },
        { metric: 'error_rate', worseBy: 0 },
      ],
    });
    const memory = noMemory();
    const measured = Object.fromEntries(
      ['a', 'b', 'c'].map((arm) => [
        arm,
        { 'score:overall': noSums(), cost: noSums(), error_rate: noSums() },
      ]),
    );
    const alarm = { primary: false, guard: false };
    for (let unit = 1; unit <= 1000; unit++) {
      for (const sums of Object.values(measured)) addUnit(sums, random);
      if (unit < 100 || unit % 10 > 0) continue;
      const { arms, guards } = lookAt(design, measured, memory);
      const settled = arms.some(({ comparisons: [one] }) => /better|worse/.test(one?.state ?? ''));
      alarm.primary ||= settled;
      alarm.guard ||= guards.some(({ state }) => state === 'violated');
    }
    return alarm;
  }

  it('raises at most 5 % false alarms about all arms together, and as many about all guards', () => {
    const random = seeded(8);
    const runs = 300;
    const alarms = Array.from({ length: runs }, () => falseAlarm(random));
    expect(alarms.filter(({ primary }) => primary).length / runs).toBeLessThanOrEqual(0.05);
    expect(alarms.filter(({ guard }) => guard).length / runs).toBeLessThanOrEqual(0.05);
  });
});

describe('given arms that differ', () => {
  const better = {
    a: { 'score:overall': rate(2000, 0.7) },
    c: { 'score:overall': rate(2000, 0.71) },
  };

  it('names the best arm, and keeps to it once it is beyond doubt', () => {
    const memory = noMemory();
    const first = lookAt(
      designOf(),
      { ...better, b: { 'score:overall': rate(2000, 0.8) } },
      memory,
    );
    expect(first.verdict).toMatchObject({ kind: 'better', arm: 'b', n: 2000, needed: 100 });
    expect(first.arms[1]?.comparisons[0]?.alpha).toBe(0.025);
    const later = lookAt(
      designOf(),
      { ...better, b: { 'score:overall': rate(2000, 0.71) } },
      memory,
    );
    expect(later.verdict).toMatchObject({ kind: 'better', arm: 'b' });
    expect(later.arms[1]?.comparisons[0]?.pValue).toBe(first.arms[1]?.comparisons[0]?.pValue);
  });

  it('knows which way is better', () => {
    const design = designOf({ primaryMetric: 'error_rate', arms: [{ name: 'a' }, { name: 'b' }] });
    const measured = { a: { error_rate: rate(2000, 0.02) }, b: { error_rate: rate(2000, 0.08) } };
    expect(lookAt(design, measured).verdict).toMatchObject({ kind: 'worse', arm: 'b' });
  });

  it('does not let a shadow decide', () => {
    const arms = [{ name: 'a' }, { name: 'b' }, { name: 'c', shadow: true, budgetMicroUsd: 10 }];
    const guards = [{ metric: 'error_rate', worseBy: 0.01 }];
    const figures = lookAt(designOf({ arms, guards }), {
      a: { 'score:overall': rate(1000, 0.7), error_rate: rate(1000, 0.01) },
      b: { 'score:overall': rate(1000, 0.7), error_rate: rate(1000, 0.01) },
      c: { 'score:overall': rate(1000, 0.3), error_rate: rate(1000, 0.5) },
    });
    expect(figures.verdict.kind).toBe('undecided');
    expect(figures.arms[2]?.comparisons[0]?.state).toBe('worse');
    expect(figures.guards.map(({ arm, state }) => `${arm} ${state}`)).toContain('c violated');
    expect(figures.sampleRatio.arms.map(({ arm }) => arm)).toEqual(['a', 'b']);
  });

  it('guards a score in percent, downwards', () => {
    const design = designOf({
      arms: [{ name: 'a' }, { name: 'b' }],
      guards: [{ metric: 'score:safe', worseBy: 10, unit: 'percent' }],
    });
    const guardAt = (part: number) =>
      lookAt(design, {
        a: { 'score:safe': rate(3000, 0.9) },
        b: { 'score:safe': rate(3000, part) },
      }).guards[0];
    expect(guardAt(0.9)).toMatchObject({ state: 'ok' });
    expect(guardAt(0.81)).toMatchObject({ state: 'watching' });
    expect(guardAt(0.6)).toMatchObject({ state: 'violated' });
    expect(guardAt(0.6)?.harm.value).toBeCloseTo(100 / 3, 1);
  });
});

describe('given little or nothing', () => {
  it('tells no number that it does not have', () => {
    const figures = lookAt(designOf(), {});
    expect(figures.verdict).toMatchObject({ kind: 'not_enough_data', n: 0, needed: 100 });
    expect(figures.arms[1]).toMatchObject({
      units: 0,
      metrics: [{ n: 0, value: null, low: null, high: null }],
      comparisons: [{ value: null, low: null, pValue: null, state: 'not_enough_data' }],
    });
    expect(figures.sampleRatio).toMatchObject({ pValue: null, state: 'not_enough_data' });
  });

  it('wants a hundred units of skewed metrics, whatever the minimum', () => {
    const design = designOf({
      primaryMetric: 'cost',
      minimumUnits: 20,
      arms: [{ name: 'a' }, { name: 'b' }],
    });
    const cost = { n: 60, sum: 600, sumOfSquares: 7000 };
    expect(lookAt(design, { a: { cost }, b: { cost } }).verdict).toMatchObject({
      kind: 'not_enough_data',
      needed: 100,
    });
  });

  it('bears costs that are all the same', () => {
    const design = designOf({ primaryMetric: 'cost', arms: [{ name: 'a' }, { name: 'b' }] });
    const cost = { n: 200, sum: 0, sumOfSquares: 0 };
    const figures = lookAt(design, { a: { cost }, b: { cost } });
    expect(figures.verdict.kind).toBe('undecided');
    expect(figures.arms[1]?.comparisons[0]).toMatchObject({ value: 0, low: null, relative: null });
  });
});
