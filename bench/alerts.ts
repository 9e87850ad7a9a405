import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Interval } from '../src/statistics/intervals.ts';
import { type Delay, delayOf, falseAlarms, GOOD, type MakeWatcher } from './alerts/measure.ts';
import type { Traffic } from './alerts/traffic.ts';
import { detector, LEAST_SAMPLES, staticRule, zTest } from './alerts/watchers.ts';

/**
 * False alarms and time to detect a fall of a pass rate of 90 % by 5 and 10 points, simulated in looks of ten minutes: the usual
 * static rule, a z-test against last week, our CUSUM and e-detector (asked for at most one false alarm in 30 days, with
 * baselines estimated from two weeks), and the best static rules that raise no more false alarms than that.
 * `npm run bench:alerts`
 */
const FALLS = [0.05, 0.1] as const;
const USUAL_LIMIT = 0.85;
const BUDGET = { by: 0.05, falseAlarmDays: 30 };
/** A judgement of an answer by a model. */
const JUDGE_USD = 0.01;
const TRAFFIC: readonly Traffic[] = [
  { samplesPerDay: 96, sessionSize: 1, likeness: 0 },
  { samplesPerDay: 480, sessionSize: 1, likeness: 0 },
  { samplesPerDay: 2_400, sessionSize: 1, likeness: 0 },
  { samplesPerDay: 480, sessionSize: 4, likeness: 0.3 },
];
/** Windows that static rules may choose from, in hours. */
const WINDOWS = [1, 6, 24, 72];

interface Row {
  readonly traffic: Traffic;
  readonly rule: string;
  readonly falseAlarmsPer30Days: Interval;
  readonly falls: readonly (Delay & { readonly by: number; readonly judgeUsd: number | null })[];
}

function measure(traffic: Traffic, rule: string, make: MakeWatcher): Row {
  const falls = FALLS.map((by) => {
    const delay = delayOf(traffic, make, by);
    const judgeUsd = delay.medianSamples === null ? null : delay.medianSamples * JUDGE_USD;
    return { by, ...delay, judgeUsd };
  });
  return { traffic, rule, falseAlarmsPer30Days: falseAlarms(traffic, make), falls };
}

/** The highest limit of a static rule that raises at most one false alarm in 30 days, by half points. */
function tunedLimit(traffic: Traffic, hours: number): number {
  for (let limit = GOOD; limit > 0; limit -= 0.005) {
    const { value } = falseAlarms(traffic, () => staticRule(hours, limit), 60);
    if ((value ?? 0) <= 1) return limit;
  }
  return 0;
}

/** Our CUSUM with the budget that raises as many false alarms as tuned rules may, one in 30 days, when counted. */
function equalBudget(traffic: Traffic): typeof BUDGET {
  let equal = BUDGET;
  for (let falseAlarmDays = 27; falseAlarmDays >= 3; falseAlarmDays -= 3) {
    const budget = { ...BUDGET, falseAlarmDays };
    const { value } = falseAlarms(traffic, (past) => detector('cusum', past, budget), 100);
    if ((value ?? 0) > 1) return equal;
    equal = budget;
  }
  return equal;
}

/** The usual window that holds enough answers for a look. */
function shortestWindow({ samplesPerDay }: Traffic): number {
  return Math.max(1, Math.ceil((LEAST_SAMPLES * 24) / samplesPerDay));
}

function rowsOf(traffic: Traffic): Row[] {
  const hours = shortestWindow(traffic);
  const windows = [...new Set([hours, ...WINDOWS.filter((window) => window > hours)])];
  const equal = equalBudget(traffic);
  return [
    measure(traffic, `static: ${hours} h below ${percent(USUAL_LIMIT)}`, () =>
      staticRule(hours, USUAL_LIMIT),
    ),
    measure(traffic, `z-test: ${hours} h against last week`, (past) => zTest(hours, past)),
    measure(traffic, 'CUSUM', (past) => detector('cusum', past, BUDGET)),
    measure(traffic, 'e-detector', (past) => detector('e_process', past, BUDGET)),
    measure(traffic, `CUSUM, tuned: one in ${equal.falseAlarmDays} days`, (past) =>
      detector('cusum', past, equal),
    ),
    ...windows.map((window) => {
      const limit = tunedLimit(traffic, window);
      return measure(traffic, `static, tuned: ${window} h below ${percent(limit)}`, () =>
        staticRule(window, limit),
      );
    }),
  ];
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function shown({ value, low, high }: Interval): string {
  const digits = (figure: number | null): string => (figure ?? 0).toFixed(2);
  return `${digits(value)} [${digits(low)}, ${digits(high)}]`;
}

const started = performance.now();
const rows = TRAFFIC.flatMap(rowsOf);
for (const traffic of TRAFFIC) {
  const sessions =
    traffic.sessionSize === 1
      ? 'independent'
      : `sessions of ${traffic.sessionSize}, correlation ${traffic.likeness}`;
  console.log(`${traffic.samplesPerDay} judged answers a day, ${sessions}`);
  console.table(
    rows
      .filter((row) => row.traffic === traffic)
      .map(({ rule, falseAlarmsPer30Days, falls }) => ({
        rule,
        'false alarms / 30 days': shown(falseAlarmsPer30Days),
        ...Object.fromEntries(
          falls.flatMap(({ by, found, medianSamples, p90Samples, judgeUsd }) => [
            [
              `−${by * 100} points: median (p90) samples`,
              `${medianSamples ?? '–'} (${p90Samples ?? '–'})`,
            ],
            [`−${by * 100}: found, %`, (100 * found).toFixed(0)],
            [`−${by * 100}: judge, $`, judgeUsd?.toFixed(2) ?? '–'],
          ]),
        ),
      })),
  );
}
const seconds = (performance.now() - started) / 1000;
const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
const report = {
  bench: 'alerts',
  node: process.version,
  seconds,
  passRate: GOOD,
  budget: BUDGET,
  rows,
};
writeFileSync(join(results, 'alerts.json'), `${JSON.stringify(report, null, 2)}\n`);
