import type { Monitor, MonitorState, NewMonitor } from '../../contract/monitors.ts';
import type { Clock } from '../../core/clock.ts';
import type { NewId } from '../../core/ids.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { settle, Verdict } from '../alerts/settle.ts';
import { driftFigures, planDrift } from './conditions/drift.ts';
import { type Gauge, type ProgramFigures, readGauge } from './gauges.ts';
import { learnDrift } from './learn-drift.ts';
import { definitionOf } from './monitor-store.ts';
import { observe } from './observe.ts';
import { readPoints, replacePoints, type Stretch } from './point-store.ts';
import type { Point } from './points.ts';
import { type Look, type Memory, NO_MEMORY, replay } from './replay.ts';
import { Series } from './series.ts';
import { budgetVerdicts, type JudgedMonitor, verdictOf } from './verdicts.ts';
import { lookBackMinutes, stepMinutesOf, stretchesFor } from './windows.ts';

export interface LookDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly figures: ProgramFigures;
  readonly settle: typeof settle;
  /** Why a judge may not page anybody; null when it may, or when no judge is asked. */
  mayPage(
    db: Queryable,
    of: { readonly projectId: string; readonly metric: NewMonitor['metric'] },
  ): Promise<string | null>;
}

/** What is kept of a monitor between looks, beside its closed points. */
interface StoredMemory {
  readonly closed: Memory;
  /** End of the last look, in milliseconds of the epoch. */
  readonly until: number;
  /** Of counters: what they showed at the last look. */
  readonly counter: number | null;
  /** When a baseline was tried to be learned last. */
  readonly triedAt: number | null;
}

interface StateRow {
  readonly state: MonitorState | null;
  readonly state_since: Date | null;
  readonly checked_at: Date | null;
  readonly closed_until: Date | null;
  readonly memory: Partial<StoredMemory> | null;
}

interface LockedRow extends StateRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly definition: unknown;
  readonly enabled: boolean;
}

const MINUTE_MS = 60_000;
/** Rows of calls that take long, and scores of judges, arrive late: so long points are read anew. */
const OPEN_MS = 15 * MINUTE_MS;
/** Calls count as flagged by when they were made, and judges take their time. */
const OPEN_FLAGGED_MS = 60 * MINUTE_MS;
/** A pause that was longer than this is not walked through. */
const MAX_CATCH_UP_MS = 31 * 86_400_000;

/**
 * Looks at a monitor, unless somebody else does or has done so in this minute; in one transaction with what follows
 * for its alert. Walks through everything that was missed since the last look, and tells only where that ends.
 * Answers whether it looked.
 */
export async function lookAtMonitor(deps: LookDeps, id: string): Promise<boolean> {
  return await deps.database.transaction(async (tx) => {
    const row = await lockMonitor(tx, id);
    const nowMs = deps.clock.now();
    const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (row === null || (row.checked_at?.getTime() ?? 0) >= minute) return false;
    const monitor = { id, projectId: row.project_id, definition: definitionOf(row) };
    await lookNow(deps, tx, { row, monitor, nowMs });
    return true;
  });
}

async function lockMonitor(tx: Queryable, id: string): Promise<LockedRow | null> {
  const [locked] = await tx.query<{ id: string }>(
    'select id from monitors where id = $1 and enabled for no key update skip locked',
    [id],
  );
  if (locked === undefined) return null;
  // A statement of its own: it sees what whoever held the lock before has written.
  const [row] = await tx.query<LockedRow>(
    `select m.id, m.project_id, m.name, m.definition, m.enabled, s.state, s.state_since, s.checked_at,
       s.closed_until, s.memory
     from monitors m left join monitor_states s on s.monitor_id = m.id where m.id = $1`,
    [id],
  );
  return row ?? null;
}

interface Looking {
  readonly row: LockedRow;
  readonly monitor: JudgedMonitor;
  readonly nowMs: number;
}

async function lookNow(deps: LookDeps, tx: Queryable, looking: Looking): Promise<void> {
  const { row, monitor, nowMs } = looking;
  const { metric, condition } = monitor.definition;
  const stepMs = stepMinutesOf(condition) * MINUTE_MS;
  const to = Math.floor(nowMs / stepMs) * stepMs;
  const stored = storedOf(row, to - stepMs);
  const open = openStretch(row, monitor.definition, { to, stepMs });
  const gauge = await readGauge(tx, deps.figures, {
    ...{ projectId: monitor.projectId, metric, counter: stored.counter },
    now: new Date(nowMs),
  });
  await takePoints(tx, monitor, { open, to, stepMs, gauge });
  const closable = closeAt(deps, monitor.definition, { nowMs, stepMs });
  const begin = row.closed_until?.getTime() ?? closable;
  const from = Math.min(to - stepMs, Math.max(open.from, begin));
  const learned = await learnDrift(tx, monitor, {
    memory: stored.closed,
    triedAt: stored.triedAt,
    untilMs: from,
  });
  const stretches = stretchesFor(condition, { from, to });
  const series = new Series(await readPoints(tx, monitor.id, stretches));
  const closedUntil = Math.max(from, closable);
  const closing = replay(
    { metric, condition },
    { series, memory: learned.memory },
    { from, to: closedUntil, stepMs },
  );
  const live = replay(
    { metric, condition },
    { series, memory: closing.memory },
    { from: closedUntil, to, stepMs },
  );
  const looks = [...closing.looks, ...live.looks];
  const problem = learned.problem ?? (await pagingProblem(deps, tx, monitor));
  await keep(tx, looking, {
    looks: problem === null || learned.problem !== null ? looks : looks.map(silent),
    memory: {
      closed: closing.memory,
      until: to,
      counter: gauge?.counter ?? null,
      triedAt: learned.triedAt,
    },
    closedUntil,
    figures: figuresOf(monitor.definition, live.memory),
    problem,
    since: stored.until,
  });
  const last = looks.at(-1);
  if (last === undefined) return;
  const told = problem === null || learned.problem !== null ? last : silent(last);
  await deps.settle(tx, deps, await verdictsOf(tx, monitor, { look: told, gauge }));
}

/** A judge that has not earned it pages nobody: what it says is shown and not told. */
function silent(look: Look): Look {
  return { ...look, state: 'no_data' };
}

async function pagingProblem(
  deps: LookDeps,
  tx: Queryable,
  { projectId, definition: { metric, severity } }: JudgedMonitor,
): Promise<string | null> {
  return severity === 'critical' ? await deps.mayPage(tx, { projectId, metric }) : null;
}

async function verdictsOf(
  tx: Queryable,
  monitor: JudgedMonitor,
  { look, gauge }: { readonly look: Look; readonly gauge: Gauge | null },
): Promise<Verdict[]> {
  if (monitor.definition.metric.kind !== 'budget') return [verdictOf(monitor, look)];
  return await budgetVerdicts(tx, monitor, { look, budgets: gauge?.budgets ?? [] });
}

function storedOf({ memory }: StateRow, until: number): StoredMemory {
  return {
    closed: memory?.closed ?? NO_MEMORY,
    until: memory?.until ?? until,
    counter: memory?.counter ?? null,
    triedAt: memory?.triedAt ?? null,
  };
}

/** What has to be read anew: everything since the last closed point, and the window at first. */
function openStretch(
  { closed_until: closed }: StateRow,
  { condition }: NewMonitor,
  { to, stepMs }: { readonly to: number; readonly stepMs: number },
): Stretch {
  const back = to - lookBackMinutes(condition) * MINUTE_MS;
  const first = closed === null ? back : Math.max(closed.getTime(), to - MAX_CATCH_UP_MS);
  return { from: Math.floor(first / stepMs) * stepMs, to };
}

/** Until when nothing more is expected: not while the spool holds older records. */
function closeAt(
  { figures }: LookDeps,
  { metric }: NewMonitor,
  { nowMs, stepMs }: { readonly nowMs: number; readonly stepMs: number },
): number {
  const flagged = metric.kind === 'flag_rate' && metric.score === undefined;
  const openMs = (flagged ? OPEN_FLAGGED_MS : OPEN_MS) + figures.spoolAgeSeconds() * 1000;
  return Math.floor((nowMs - openMs) / stepMs) * stepMs;
}

interface Taking {
  readonly open: Stretch;
  readonly to: number;
  readonly stepMs: number;
  readonly gauge: Gauge | null;
}

async function takePoints(
  tx: Queryable,
  { id, projectId, definition }: JudgedMonitor,
  { open, to, stepMs, gauge }: Taking,
): Promise<void> {
  if (gauge !== null) {
    const stretch = { from: to - stepMs, to };
    await replacePoints(tx, id, { stretch, points: gaugePoints(stretch.from, gauge) });
    return;
  }
  const { metric, slice } = definition;
  const stepMinutes = stepMs / MINUTE_MS;
  const points = await observe(tx, { projectId, metric, slice }, { ...open, stepMinutes });
  await replacePoints(tx, id, { stretch: open, points });
}

function gaugePoints(at: number, { value }: Gauge): Point[] {
  if (value === null) return [];
  return [{ at, n: 1, sum: value, sumsq: value * value, bins: null, groups: [] }];
}

function figuresOf({ metric, condition }: NewMonitor, { drift }: Memory): Monitor['drift'] {
  if (condition.kind !== 'drift' || drift === null) return null;
  const plan = planDrift({ metric, condition }, drift.baseline);
  return plan === null ? null : driftFigures(drift, plan, condition);
}

interface Kept {
  readonly looks: readonly Look[];
  readonly memory: StoredMemory;
  readonly closedUntil: number;
  readonly figures: Monitor['drift'];
  readonly problem: string | null;
  /** Looks up to here were told before. */
  readonly since: number;
}

async function keep(tx: Queryable, { row, nowMs }: Looking, kept: Kept): Promise<void> {
  const changes = changesIn(row.state, kept);
  const last = kept.looks.at(-1);
  const state = last?.state ?? row.state ?? 'no_data';
  const since = changes.at(-1)?.at ?? row.state_since?.getTime() ?? nowMs;
  await tx.query(
    `insert into monitor_changes (monitor_id, at, state)
     select $1::uuid, * from unnest($2::timestamptz[], $3::text[])
     on conflict (monitor_id, at) do update set state = excluded.state`,
    [row.id, changes.map(({ at }) => new Date(at)), changes.map((change) => change.state)],
  );
  await tx.query(
    `insert into monitor_states (monitor_id, state, state_since, current, checked_at, closed_until, memory, figures, problem)
     values ($1, $2, $3, $4::text::jsonb, $5, $6, $7::text::jsonb, $8::text::jsonb, $9)
     on conflict (monitor_id) do update set state = excluded.state, state_since = excluded.state_since,
       current = coalesce(excluded.current, monitor_states.current), checked_at = excluded.checked_at,
       closed_until = excluded.closed_until, memory = excluded.memory, figures = excluded.figures,
       problem = excluded.problem`,
    [
      row.id,
      state,
      new Date(since),
      last === undefined ? null : jsonText(last.finding.current),
      new Date(nowMs),
      new Date(kept.closedUntil),
      jsonText(kept.memory),
      kept.figures === null ? null : jsonText(kept.figures),
      kept.problem,
    ],
  );
}

/** Where the state differs from the look before, among the looks that are new. */
function changesIn(
  before: MonitorState | null,
  { looks, since }: Pick<Kept, 'looks' | 'since'>,
): { at: number; state: MonitorState }[] {
  const changes: { at: number; state: MonitorState }[] = [];
  let state = before;
  for (const look of looks) {
    if (look.at <= since || look.state === state) continue;
    changes.push({ at: look.at, state: look.state });
    state = look.state;
  }
  return changes;
}
