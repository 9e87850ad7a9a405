import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import { JudgeError } from '../judges/judge-error.ts';
import { findRubric } from '../judges/rubric-store.ts';
import type { JobDefinition } from '../store/jobs.ts';
import { type Anchor, type AnchorRow, readAnchors } from './anchor-store.ts';
import { lastQuestion } from './build-messages.ts';
import { type FreshJudge, freshJudge, type JudgingDeps } from './judge-evaluators.ts';

const DAY_MS = 86_400_000;
/** Verdicts of longer ago are looked at by nobody. */
const KEPT_DAYS = 400;
/** A judge that fails so often in a row is left alone until the next round. */
const MOST_FAILURES = 3;

export interface AnchorDeps extends JudgingDeps {
  readonly log: Log;
}

/** Judges the anchor sets: each answer once a day (UTC), and once more when the judge changed. */
export function anchorJobs(deps: AnchorDeps): JobDefinition[] {
  return [
    {
      name: 'judges-anchors',
      cron: '*/10 * * * *',
      work: (signal): Promise<void> => judgeAnchorSets(deps, signal),
    },
    {
      name: 'judges-drop-old-anchor-verdicts',
      cron: '47 3 * * *',
      work: async (): Promise<void> => {
        await deps.database.query('delete from judge_anchor_verdicts where judged_at < $1', [
          new Date(deps.clock.now() - KEPT_DAYS * DAY_MS),
        ]);
      },
    },
  ];
}

/** One round over all sets: asks for what is missing today, and goes on after a crash where it stopped. */
export async function judgeAnchorSets(deps: AnchorDeps, signal: AbortSignal): Promise<void> {
  const sets = await deps.database.query<AnchorRow>(
    `select project_id, rubric, dataset_id, dataset_version from judge_anchors order by project_id, rubric`,
  );
  for (const set of sets) {
    if (signal.aborted) return;
    const problem = await judgeSet(deps, set, signal).catch((thrown: unknown) => {
      deps.log.warn({ err: asError(thrown), rubric: set.rubric }, 'anchors wait');
      return asError(thrown).message;
    });
    await deps.database.query(
      `update judge_anchors set problem = $3, judged_at = case when $3::text is null then $4 else judged_at end
       where project_id = $1 and rubric = $2`,
      [set.project_id, set.rubric, problem, new Date(deps.clock.now())],
    );
  }
}

/** Answers why it did not get through; null when every answer has its verdict of today. */
async function judgeSet(
  deps: AnchorDeps,
  set: AnchorRow,
  signal: AbortSignal,
): Promise<string | null> {
  const { database, clock } = deps;
  const projectId = set.project_id;
  const rubric = await findRubric(database, { projectId, name: set.rubric });
  if (rubric === null) return 'The rubric is no longer there.';
  const judge = await freshJudge(deps, projectId, rubric);
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  const done = await database.query<{ item_id: string }>(
    `select distinct item_id from judge_anchor_verdicts
     where project_id = $1 and rubric = $2 and day = $3::date and evaluator_version = $4`,
    [projectId, set.rubric, day, judge.version],
  );
  const known = new Set(done.map(({ item_id }) => item_id));
  const missing = (await readAnchors(database, set)).filter(({ item }) => !known.has(item.id));
  let problem: string | null = null;
  let failures = 0;
  for (let at = 0; at < missing.length && !signal.aborted; at += judge.concurrency) {
    const some = missing.slice(at, at + judge.concurrency);
    const ends = await Promise.all(
      some.map((anchor) => judgeOne(deps, { set, day, judge, anchor, signal })),
    );
    const failed = ends.filter((end) => end !== null);
    problem = failed.at(-1)?.reason ?? problem;
    failures = failed.length < some.length ? 0 : failures + failed.length;
    if (failures >= MOST_FAILURES || failed.some(({ isOver }) => isOver)) return problem;
  }
  return problem;
}

interface OneAnchor {
  readonly set: AnchorRow;
  readonly day: string;
  readonly judge: FreshJudge;
  readonly anchor: Anchor;
  readonly signal: AbortSignal;
}

/** Null when it is judged; else why not, and whether the budget is used up. */
async function judgeOne(
  deps: AnchorDeps,
  one: OneAnchor,
): Promise<{ reason: string; isOver: boolean } | null> {
  const { judge, anchor, signal } = one;
  try {
    await keepVerdicts(deps, one, await judge.ask(subjectOf(anchor), signal));
    return null;
  } catch (thrown) {
    if (!(thrown instanceof JudgeError)) throw thrown;
    return { reason: thrown.message, isOver: thrown.code === 'over_budget' };
  }
}

function subjectOf({ item, answer }: Anchor): Subject {
  const instructions = item.messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n\n');
  return {
    operation: 'chat',
    prompt: lastQuestion(item),
    instructions: instructions === '' ? null : instructions,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: item.context,
    toolResults: [],
  };
}

async function keepVerdicts(
  { database, clock }: AnchorDeps,
  { set, day, judge, anchor }: OneAnchor,
  drafts: readonly ScoreDraft[],
): Promise<void> {
  for (const [place, { name, value }] of drafts.entries()) {
    await database.query(
      `insert into judge_anchor_verdicts (project_id, rubric, name, is_main, item_id, day, evaluator_version, value,
         judged_at)
       values ($1, $2, $3, $4, $5, $6::date, $7, $8, $9) on conflict do nothing`,
      [
        ...[set.project_id, set.rubric, name, place === 0, anchor.item.id],
        ...[day, judge.version, value, new Date(clock.now())],
      ],
    );
  }
}
