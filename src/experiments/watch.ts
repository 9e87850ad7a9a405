import type { ExperimentFigures } from '../contract/experiments.ts';
import type { Queryable } from '../store/database.ts';
import type { LookMemory } from './compare-arms.ts';
import {
  type ExperimentDeps,
  type ExperimentRow,
  lockExperiment,
  recordDeed,
} from './experiment-store.ts';
import { applyChange } from './lifecycle.ts';
import { recordDecision, saveMemory, takeLook } from './take-look.ts';

/** Who decides when nobody does. */
const AUTOMATIC = 'lqo';

/** Something that looks found out; told once. */
interface Finding {
  readonly key: string;
  readonly reason: string;
  readonly arm: string | null;
  /** Whether the stop policy follows. */
  readonly harmful: boolean;
}

/** A look may take this part of the time: experiments with very many units are looked at less often. */
const REST_FACTOR = 30;

/** When each experiment may be looked at again, on the monotonic clock. */
export type Rests = Map<string, number>;

/**
 * Looks at every running experiment that has rested. Rejects with all that went wrong, after having looked at the
 * others.
 */
export async function lookAtAll(
  deps: ExperimentDeps,
  rests: Rests,
  signal: AbortSignal,
): Promise<void> {
  const running = await deps.database.query<{ id: string; project_id: string }>(
    `select id, project_id from experiments where status = 'running' order by id`,
  );
  const errors: unknown[] = [];
  for (const { id, project_id: projectId } of running) {
    const begun = deps.clock.monotonic();
    if (signal.aborted) break;
    if (begun < (rests.get(id) ?? 0)) continue;
    try {
      await deps.database.transaction((tx) => lookAtOne(deps, tx, { id, projectId }));
    } catch (error) {
      errors.push(error);
    }
    const ended = deps.clock.monotonic();
    rests.set(id, ended + REST_FACTOR * (ended - begun));
  }
  if (errors.length > 0) throw new AggregateError(errors, 'experiments could not be looked at');
}

async function lookAtOne(
  deps: ExperimentDeps,
  tx: Queryable,
  of: { readonly id: string; readonly projectId: string },
): Promise<void> {
  const row = await lockExperiment(tx, of);
  if (row.status !== 'running') return;
  const { figures, memory } = await takeLook(tx, row, new Date(deps.clock.now()));
  const news = findings(figures).filter(({ key }) => memory.settled[`told ${key}`] === undefined);
  if (news.length === 0) return;
  await tell(deps, tx, { row, figures, memory, news });
}

async function tell(
  deps: ExperimentDeps,
  tx: Queryable,
  of: {
    readonly row: ExperimentRow;
    readonly figures: ExperimentFigures;
    readonly memory: LookMemory;
    readonly news: readonly Finding[];
  },
): Promise<void> {
  const { row, figures, memory, news } = of;
  const asker = { projectId: row.project_id, actor: AUTOMATIC };
  for (const { key } of news) memory.settled[`told ${key}`] = 'yes';
  await saveMemory(tx, row, memory);
  const harmful = news.find((finding) => finding.harmful);
  const at = new Date(figures.at);
  for (const { reason, arm } of news) {
    const decision = { actor: AUTOMATIC, kind: 'notice' as const, arm, reason, figures, at };
    await recordDecision(deps, tx, { row, decision });
    await recordDeed(deps, tx, {
      asker,
      action: 'experiment.notice',
      id: row.id,
      details: { reason, arm },
    });
  }
  if (harmful === undefined || row.design.stopPolicy === 'notify') return;
  const rollBack = row.design.stopPolicy === 'roll_back';
  await applyChange(deps, tx, {
    row: { ...row, memory },
    asker,
    reason: harmful.reason,
    changed: rollBack
      ? { kind: 'roll_back', status: 'decided', arm: row.design.control, serving: true }
      : { kind: 'stop', status: 'stopped', arm: null, serving: false },
  });
}

/**
 * What a look found out. A guard violated by an arm that answers, or such an arm being surely worse, is harmful; with a
 * sample ratio mismatch the comparison cannot be trusted, so then only guards are.
 */
function findings(figures: ExperimentFigures): Finding[] {
  const answering = new Set(figures.arms.filter(({ shadow }) => !shadow).map(({ arm }) => arm));
  const mismatch = figures.sampleRatio.state === 'mismatch';
  const all: Finding[] = [];
  if (mismatch) {
    const reason = figures.verdict.words;
    all.push({ key: 'sample ratio', reason, arm: null, harmful: false });
  }
  for (const { arm, metric, state, worseBy, unit, harm } of figures.guards) {
    if (state !== 'violated') continue;
    const sign = unit === 'percent' ? ' %' : '';
    const reason = `The guard on ${metric} is violated by ${arm}: worse by more than ${worseBy}${sign} (measured ${harm.value?.toPrecision(3)}${sign}, ${harm.n} units).`;
    all.push({ key: `guard ${arm} ${metric}`, reason, arm, harmful: answering.has(arm) });
  }
  for (const { arm, comparisons } of figures.arms) {
    const [primary] = comparisons;
    if (primary === undefined || (primary.state !== 'better' && primary.state !== 'worse'))
      continue;
    const reason = `${arm} is ${primary.state} than control in ${primary.metric}: difference ${primary.value?.toPrecision(3)} (${primary.n} units, p ${primary.pValue?.toPrecision(2)}).`;
    const harmful = primary.state === 'worse' && answering.has(arm) && !mismatch;
    all.push({ key: `primary ${arm} ${primary.state}`, reason, arm, harmful });
  }
  return all;
}
