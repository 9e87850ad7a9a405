import { packBins, unpackBins } from '../../analytics/bins.ts';
import type { Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { GroupSum, Point } from './points.ts';

interface PointRow {
  readonly at: Date;
  readonly n: number;
  readonly sum: number;
  readonly sumsq: number;
  readonly bins: Uint8Array | null;
  readonly groups: readonly GroupSum[] | null;
}

/** A stretch of time in milliseconds of the epoch: `from` inclusive, `to` exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The stored points of a monitor within the stretches, in order of time. */
export async function readPoints(
  db: Queryable,
  monitorId: string,
  stretches: readonly Stretch[],
): Promise<Point[]> {
  const apart = mergeStretches(stretches);
  const rows = await db.query<PointRow>(
    `select p.at, p.n, p.sum, p.sumsq, p.bins, p.groups
     from unnest($2::timestamptz[], $3::timestamptz[]) as s(from_at, to_at)
     join monitor_points p on p.monitor_id = $1 and p.at >= s.from_at and p.at < s.to_at
     order by p.at`,
    [monitorId, apart.map(({ from }) => new Date(from)), apart.map(({ to }) => new Date(to))],
  );
  return rows.map((row) => ({
    at: row.at.getTime(),
    n: row.n,
    sum: row.sum,
    sumsq: row.sumsq,
    bins: row.bins === null ? null : unpackBins(row.bins),
    groups: row.groups ?? [],
  }));
}

/** The same time in stretches that do not overlap, in order. */
export function mergeStretches(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const next of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || next.from > last.to) merged.push(next);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return merged;
}

/** Puts the points of a stretch in the place of those that were stored of it. */
export async function replacePoints(
  tx: Queryable,
  monitorId: string,
  { stretch, points }: { readonly stretch: Stretch; readonly points: readonly Point[] },
): Promise<void> {
  await tx.query('delete from monitor_points where monitor_id = $1 and at >= $2 and at < $3', [
    monitorId,
    new Date(stretch.from),
    new Date(stretch.to),
  ]);
  if (points.length === 0) return;
  await tx.copyIn({
    table: 'monitor_points',
    columns: ['monitor_id', 'at', 'n', 'sum', 'sumsq', 'bins', 'groups'],
    rows: points.map((point) => [
      monitorId,
      new Date(point.at),
      point.n,
      point.sum,
      point.sumsq,
      point.bins === null ? null : `\\x${Buffer.from(packBins(point.bins)).toString('hex')}`,
      point.groups.length === 0 ? null : jsonText(point.groups),
    ]),
  });
}
