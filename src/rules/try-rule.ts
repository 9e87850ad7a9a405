import { RuleDefinition, type RuleTrial, type RuleTrialReply } from '../contract/rules.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { askedRange } from '../core/time-range.ts';
import { isJudged } from '../evaluation/enqueue.ts';
import {
  type InteractionPlace,
  type LoadedInteraction,
  loadInteractions,
} from '../evaluation/load-subjects.ts';
import { toItem } from '../evaluation/run.ts';
import { type ScoreItem, type Scorer, scoreItem } from '../evaluation/scorer.ts';
import { hasFilters } from '../interactions/filters.ts';
import { findInteraction } from '../interactions/find.ts';
import { listInteractions } from '../interactions/list.ts';
import type { Database } from '../store/database.ts';
import { askRule, compileRule, draftOf } from './compiled-rule.ts';

type Tried = RuleTrialReply['items'][number];

/** What a rule came to about an item; without what is shown of the interaction. */
export type Trial = Pick<Tried, 'outcome' | 'value' | 'why' | 'error' | 'microseconds'>;

/** A rule and the items that it is tried on. */
export interface TrialRequest {
  readonly rule: RuleDefinition;
  readonly items: readonly ScoreItem[];
}

const PREVIEW = 200;
const DRAFT_NAME = 'draft';
const MICRO = 1_000;

/** A trial's rule as it would be saved; throws `invalid_request` with everything that is wrong with it. */
export function readTrialRule({ rule }: RuleTrial): RuleDefinition {
  const definition = RuleDefinition.parse({ name: DRAFT_NAME, ...rule });
  const compiled = compileRule(definition);
  if (!('problems' in compiled)) return definition;
  const [first] = compiled.problems;
  throw new AppError('invalid_request', first?.message ?? 'The condition is none.', {
    details: { problems: compiled.problems },
  });
}

/**
 * Tries a rule on items, one by one, whatever its sample rate is: pure, for the evaluator thread. `scorers` are asked
 * before it where the rule asks about scores.
 */
export function tryItems(
  { rule, items }: TrialRequest,
  { scorers, monotonic }: { readonly scorers: readonly Scorer[]; monotonic(): number },
): Trial[] {
  const compiled = compileRule(rule);
  if ('problems' in compiled) throw new Error('The rule was not checked.');
  return items.map((item): Trial => {
    const said = compiled.condition.needsScores ? scoreItem(scorers, item) : [];
    const started = monotonic();
    const { result, findings } = askRule(compiled, { item, said }, { sampled: false });
    const value = draftOf(compiled, { result, findings })?.value ?? null;
    const why = findings.map(({ path, test, holds, found }) => ({ path, test, holds, found }));
    const microseconds = Math.round((monotonic() - started) * MICRO);
    return { outcome: result, value, why, error: null, microseconds };
  });
}

export interface TryDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Where texts are judged. */
  tryItems(request: TrialRequest): Promise<readonly Trial[]>;
}

/**
 * Tries a rule on chosen interactions of a project, or on the newest that fit a filter; nothing is stored. Throws
 * `invalid_request` for a rule, filter or range that is none, and `not_found` for a chosen interaction.
 */
export async function tryRule(
  deps: TryDeps,
  projectId: string,
  trial: RuleTrial,
): Promise<RuleTrialReply> {
  const rule = readTrialRule(trial);
  const places = await placesOf(deps, projectId, trial);
  const loaded = await loadInteractions(deps.database, places);
  const known = places.flatMap(({ interactionId }) => {
    const interaction = loaded.get(interactionId);
    return interaction === undefined || interaction.subject === null ? [] : [interaction];
  });
  const tried = await deps.tryItems({ rule, items: known.flatMap(toItem) });
  const items = known.flatMap((interaction, at) => {
    const one = tried[at];
    return one === undefined ? [] : [{ ...shown(interaction), ...one }];
  });
  const count = (outcome: Tried['outcome']): number =>
    items.filter((item) => item.outcome === outcome).length;
  return { items, passed: count('passed'), failed: count('failed'), unknown: count('unknown') };
}

function shown({
  id,
  createdAt,
  subject,
}: LoadedInteraction): Pick<
  Tried,
  'interactionId' | 'createdAt' | 'promptPreview' | 'answerPreview'
> {
  return {
    interactionId: id,
    createdAt: createdAt.toISOString(),
    promptPreview: (subject?.prompt ?? '').slice(0, PREVIEW).toWellFormed(),
    answerPreview: (subject?.answer ?? '').slice(0, PREVIEW).toWellFormed(),
  };
}

async function placesOf(
  { database, clock }: TryDeps,
  projectId: string,
  trial: RuleTrial,
): Promise<InteractionPlace[]> {
  if (trial.interactionIds !== undefined) {
    return chosenPlaces(database, projectId, trial.interactionIds);
  }
  const range = askedRange(trial, clock.now());
  const filters = trial.filters ?? {};
  hasFilters(filters);
  const question = { projectId, range, filters, limit: 2 * trial.limit, cursor: undefined };
  const page = await listInteractions(database, question, clock.monotonic);
  return page.rows
    .filter(isJudged)
    .slice(0, trial.limit)
    .map((row) => ({ interactionId: row.id, interactionCreatedAt: row.created_at, projectId }));
}

async function chosenPlaces(
  database: Database,
  projectId: string,
  ids: readonly string[],
): Promise<InteractionPlace[]> {
  const places: InteractionPlace[] = [];
  for (const id of new Set(ids)) {
    const row = await findInteraction(database, { projectId, id });
    if (row === null) throw new AppError('not_found', `There is no interaction ${id}.`);
    places.push({ interactionId: id, interactionCreatedAt: row.created_at, projectId });
  }
  return places;
}
