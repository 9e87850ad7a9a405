import type { Queryable } from '../store/database.ts';
import type { Judged, JudgedQuestion } from './judged.ts';

const HOUR_MS = 3_600_000;
/** Hours up to here, days beyond: as the roll-ups are kept. */
const MAX_HOURS = 31 * 24;
const BINS = 10;

type BinSums = Readonly<Record<`b${number}`, number | null>>;
type RolledUp = BinSums & {
  readonly judges: number | null;
  readonly n: number | null;
  readonly sum: number | null;
  readonly squares: number | null;
};

/**
 * Everything that a rule or detector said in a range, from roll-ups: for so many scores that reading them one by one
 * takes long, and sessions no longer matter beside what the labels leave open. The range is widened to whole hours, or
 * days beyond a month. Null for fewer than `least` scores, and for judges, whose scores have weights.
 */
export async function readRolledUp(
  db: Queryable,
  { projectId, range, scoreName, evaluator, model }: JudgedQuestion,
  { least, strata }: { readonly least: number; readonly strata: number },
): Promise<Judged | null> {
  const hours = (range.to.getTime() - range.from.getTime()) / HOUR_MS;
  const grain = hours > MAX_HOURS ? 'day' : 'hour';
  const bins = Array.from({ length: BINS }, (_, at) => `sum(bins[${at + 1}])::float8 as b${at}`);
  const [row] = await db.query<RolledUp>(
    `select count(*) filter (where source = 'judge')::integer as judges, sum(n)::integer as n,
       sum(value_sum) as sum, sum(value_sumsq) as squares, ${bins.join(', ')}
     from score_rollups
     where project_id = $1 and grain = $2 and name = $3 and evaluator = $4 and source <> 'human'
       and at >= date_trunc($2, $5::timestamptz, 'UTC') and at < $6 and ($7::text is null or model = $7)`,
    [projectId, grain, scoreName, evaluator, range.from, range.to, model ?? null],
  );
  const { n = null, judges = null, sum = null, squares = null } = row ?? {};
  if (row === undefined || n === null || sum === null || judges !== 0 || n < least) return null;
  const mean = sum / n;
  const spread = Math.max(0, (squares ?? 0) / n - mean * mean);
  const counts = Array.from({ length: BINS }, (_, at) => row[`b${at}`] ?? 0);
  const perStratum = BINS / strata;
  return {
    mean: { mean, variance: spread / (n - 1), n, clusters: n, weight: n },
    strata: Array.from({ length: strata }, (_, stratum) => {
      const inside = counts.slice(stratum * perStratum, (stratum + 1) * perStratum);
      const count = inside.reduce((all, one) => all + one, 0);
      const middle = inside.reduce(
        (all, one, at) => all + (one * (stratum * perStratum + at + 0.5)) / BINS,
        0,
      );
      return { n: count, weight: count, mean: count === 0 ? null : middle / count };
    }),
  };
}
