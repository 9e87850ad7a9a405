import { binsOf } from '../../analytics/bins.ts';
import { LOG_GAMMA, SMALLEST, ZERO_BIN } from '../../core/histogram.ts';
import type { Queryable } from '../../store/database.ts';
import { type Observed, observationsOf } from './observations.ts';
import type { Stretch } from './point-store.ts';
import type { GroupSum, Point } from './points.ts';

interface SumRow {
  readonly at: Date;
  readonly grp: number;
  readonly bin: number | null;
  readonly n: number;
  readonly sum: number;
  readonly sumsq: number;
}

export interface ObserveOptions {
  readonly stepMinutes: number;
  /** Of so many sessions only one is read. */
  readonly oneIn: number;
}

const EVERYTHING: ObserveOptions = { stepMinutes: 1, oneIn: 1 };

/**
 * What was observed in the stretch, by the minute (or a longer step), in order of time; minutes without anything are
 * left out. Sessions are dealt into 32 groups by a hash of their id. Nothing for what is not kept by row.
 */
export async function observe(
  db: Queryable,
  observed: Observed,
  { from, to, ...options }: Stretch & Partial<ObserveOptions>,
): Promise<Point[]> {
  const { stepMinutes, oneIn } = { ...EVERYTHING, ...options };
  const statement = observationsOf(observed, { from, to });
  if (statement === null) return [];
  const bin = observed.metric.kind === 'latency' ? BIN : 'null::integer';
  // The lowest bits deal groups, so others pick the sample.
  const sample = oneIn === 1 ? '' : `where ((hashtext(o.session) >> 5) & 65535) % ${oneIn} = 0`;
  const rows = await db.query<SumRow>(
    `select date_bin('${stepMinutes} minutes', o.at, '2000-01-01 00:00:00+00') as at,
       hashtext(o.session) & 31 as grp, ${bin} as bin, count(*) as n, sum(o.x) as sum, sum(o.x * o.x) as sumsq
     from (${statement.sql}) o ${sample} group by 1, 2, 3 order by 1`,
    statement.values,
  );
  return [...Map.groupBy(rows, ({ at }) => at.getTime())].map(([at, parts]) => pointOf(at, parts));
}

/** `binOf` in SQL. */
const BIN = `case when o.x <= ${SMALLEST} then ${ZERO_BIN} else ceil(ln(o.x) / ${LOG_GAMMA})::integer end`;

function pointOf(at: number, rows: readonly SumRow[]): Point {
  const groups = new Map<number, { n: number; sum: number }>();
  const bins = new Map<number, number>();
  const point = { n: 0, sum: 0, sumsq: 0 };
  for (const { grp, bin, n, sum, sumsq } of rows) {
    point.n += n;
    point.sum += sum;
    point.sumsq += sumsq;
    const group = groups.get(grp) ?? { n: 0, sum: 0 };
    groups.set(grp, { n: group.n + n, sum: group.sum + sum });
    if (bin !== null) bins.set(bin, (bins.get(bin) ?? 0) + n);
  }
  const sums = [...groups].map(([group, { n, sum }]): GroupSum => [group, n, sum]);
  return { at, ...point, bins: bins.size === 0 ? null : binsOf(bins), groups: sums };
}
