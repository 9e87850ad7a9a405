import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Evaluator, ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import type { Queryable } from '../store/database.ts';
import type { LoadedInteraction } from './load-subjects.ts';
import { evaluateSubject } from './score-rows.ts';

/** Judges are replaced and prices fall; and what was judged is not kept here for longer than needed. */
const KEPT_DAYS = 7;
const DAY_MS = 86_400_000;

const Drafts = z.array(
  z.object({
    name: z.string(),
    value: z.number(),
    native: z.number().nullable(),
    label: z.string(),
    flagged: z.boolean(),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
  }),
);

export interface KnownResultsDeps {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'cache'>;
}

/** Results of one evaluator about some interactions, found or made. */
export interface KnownResults {
  /** What the evaluator says of the subject; throws what it throws. */
  draftsOf(projectId: string, subject: Subject): readonly ScoreDraft[];
  /** Keeps what was made. A failure is logged: the results are still good. */
  save(): Promise<void>;
}

/**
 * Looks up what a `reusable` evaluator has said of the same content before (system L calls it the evaluation cache):
 * same project, evaluator, version, options, prompt, instructions, answer, context and tool results. One statement for all
 * interactions. Evaluators that are not `reusable` are simply asked, without any look-up.
 */
export async function findKnownResults(
  deps: KnownResultsDeps,
  evaluator: Evaluator,
  interactions: Iterable<LoadedInteraction>,
): Promise<KnownResults> {
  if (evaluator.reusable !== true) {
    return {
      draftsOf: (_, subject) => evaluateSubject(evaluator, subject),
      save: () => Promise.resolve(),
    };
  }
  const asked = [...interactions].flatMap(({ projectId, subject }) =>
    subject === null ? [] : [{ projectId, key: contentKey(evaluator, subject) }],
  );
  return new Results(deps, evaluator, await readResults(deps, asked));
}

class Results implements KnownResults {
  readonly #deps: KnownResultsDeps;
  readonly #evaluator: Evaluator;
  readonly #known: Map<string, readonly ScoreDraft[]>;
  readonly #made = new Map<string, { projectId: string; key: string; drafts: string }>();

  constructor(
    deps: KnownResultsDeps,
    evaluator: Evaluator,
    known: Map<string, readonly ScoreDraft[]>,
  ) {
    this.#deps = deps;
    this.#evaluator = evaluator;
    this.#known = known;
  }

  draftsOf(projectId: string, subject: Subject): readonly ScoreDraft[] {
    const evaluator = this.#evaluator;
    const key = contentKey(evaluator, subject);
    const name = nameOf(projectId, key);
    const known = this.#known.get(name);
    const result = known === undefined ? 'miss' : 'hit';
    this.#deps.metrics.cache.reusedResults.inc({ evaluator: evaluator.id, result });
    if (known !== undefined) return known;
    const drafts = evaluateSubject(evaluator, subject);
    this.#known.set(name, drafts);
    this.#made.set(name, { projectId, key, drafts: JSON.stringify(drafts) });
    return drafts;
  }

  async save(): Promise<void> {
    const { database, clock, log } = this.#deps;
    const made = [...this.#made.values()];
    if (made.length === 0) return;
    const nowMs = clock.now();
    try {
      // On its own, not with the scores: what was paid for stays although the scores cannot be written.
      await database.query(
        `insert into evaluation_results
           (project_id, key, evaluator, evaluator_version, drafts, created_at, expires_at)
         select project_id, decode(key, 'hex'), $4, $5, drafts, $6, $7
         from unnest($1::uuid[], $2::text[], $3::text[]) as made(project_id, key, drafts)
         on conflict (project_id, key) do update
           set drafts = excluded.drafts, created_at = excluded.created_at, expires_at = excluded.expires_at`,
        [
          made.map(({ projectId }) => projectId),
          made.map(({ key }) => key),
          made.map(({ drafts }) => drafts),
          this.#evaluator.id,
          this.#evaluator.version,
          new Date(nowMs),
          new Date(nowMs + KEPT_DAYS * DAY_MS),
        ],
      );
    } catch (thrown) {
      log.warn({ err: asError(thrown) }, 'results of an evaluator were not kept for use again');
    }
  }
}

/** Removes results that are too old to be used. */
export async function forgetOldResults(database: Queryable, now: Date): Promise<void> {
  await database.query('delete from evaluation_results where expires_at <= $1', [now]);
}

async function readResults(
  { database, clock }: KnownResultsDeps,
  asked: readonly { readonly projectId: string; readonly key: string }[],
): Promise<Map<string, readonly ScoreDraft[]>> {
  const known = new Map<string, readonly ScoreDraft[]>();
  if (asked.length === 0) return known;
  const rows = await database.query<{ projectId: string; key: string; drafts: string }>(
    `select r.project_id as "projectId", encode(r.key, 'hex') as key, r.drafts
     from (select distinct project_id, decode(key, 'hex') as key
           from unnest($1::uuid[], $2::text[]) as given(project_id, key)) asked
     join evaluation_results r on r.project_id = asked.project_id and r.key = asked.key
     where r.expires_at > $3`,
    [asked.map(({ projectId }) => projectId), asked.map(({ key }) => key), new Date(clock.now())],
  );
  for (const { projectId, key, drafts } of rows) {
    const parsed = Drafts.safeParse(JSON.parse(drafts));
    if (parsed.success) known.set(nameOf(projectId, key), parsed.data);
  }
  return known;
}

/** SHA-256 over everything that can move a score, as hex. */
function contentKey(evaluator: Evaluator, subject: Subject): string {
  const options: unknown = evaluator.options.parse({});
  const { operation, prompt, instructions, answer, answerCharacters } = subject;
  const { finishReason, callsTools, requestedFormat, context, toolResults } = subject;
  const texts = [operation, prompt, instructions, answer, answerCharacters];
  const facts = [finishReason, callsTools, requestedFormat, context, toolResults];
  return hash(
    'sha256',
    JSON.stringify([evaluator.id, evaluator.version, options, ...texts, ...facts]),
  );
}

function nameOf(projectId: string, key: string): string {
  return `${projectId} ${key}`;
}
