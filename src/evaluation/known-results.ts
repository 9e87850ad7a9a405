import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Evaluator, ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import type { Queryable } from '../store/database.ts';
import { isSampled } from './sample.ts';
import type { ItemScores, ScoreItem, ScoreItems } from './scorer.ts';
import { readOptions, type SettingsDirectory, versionWith } from './settings.ts';

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
  readonly evaluators: readonly Evaluator[];
  readonly settings: SettingsDirectory;
}

/** A result of one evaluator about one content, in a project. */
interface Place {
  readonly evaluator: Evaluator;
  readonly version: string;
  readonly projectId: string;
  readonly key: string;
}

/**
 * Looks up what `reusable` evaluators have said of the same content before (system L calls it the evaluation cache):
 * same project, evaluator, version, options, prompt, instructions, answer, context and tool results. One statement
 * for all items. Other evaluators are simply asked, without any look-up.
 */
export function reuseKnown(deps: KnownResultsDeps, score: ScoreItems): ScoreItems {
  const reusable = deps.evaluators.filter((evaluator) => evaluator.reusable === true);
  if (reusable.length === 0) return score;
  return async (items) => {
    const results = new Results(deps, reusable, items);
    await results.read();
    const asked = items.map((item) => ({ ...item, without: results.knownFor(item) }));
    const said = await score(asked);
    results.keep(said);
    await results.save();
    return said.map((one, at) => [...one, ...results.saidBefore(at)]);
  };
}

class Results {
  readonly #deps: KnownResultsDeps;
  readonly #items: readonly ScoreItem[];
  readonly #places: readonly (readonly Place[])[];
  readonly #known = new Map<string, readonly ScoreDraft[]>();
  /** Contents that an item of this call asks about; later items with the same content wait for its answer. */
  readonly #asked = new Map<string, number>();
  readonly #failed = new Map<string, string>();
  readonly #made = new Map<string, Place & { readonly drafts: string }>();

  constructor(deps: KnownResultsDeps, reusable: readonly Evaluator[], items: readonly ScoreItem[]) {
    this.#deps = deps;
    this.#items = items;
    this.#places = items.map((item) =>
      reusable.flatMap((evaluator) => this.#placeOf(item, evaluator)),
    );
  }

  #placeOf({ projectId, subject, interactionId, only }: ScoreItem, evaluator: Evaluator): Place[] {
    const setting = this.#deps.settings.of(projectId, evaluator.id);
    const { options, error } = { options: null, ...readOptions(evaluator, setting.options) };
    if (error !== null || !setting.enabled) return [];
    if (only !== undefined && only !== null && !only.includes(evaluator.id)) return [];
    if (!isSampled(interactionId, evaluator.id, setting.sampleRate)) return [];
    const version = versionWith(evaluator, options);
    const key = contentKey([evaluator.id, version, options], subject);
    return [{ evaluator, version, projectId, key }];
  }

  async read(): Promise<void> {
    const found = await readResults(this.#deps, this.#places.flat());
    for (const [name, drafts] of found) this.#known.set(name, drafts);
    for (const [at, places] of this.#places.entries()) {
      for (const place of places) {
        const name = nameOf(place.projectId, place.key);
        const isKnown = this.#known.has(name) || this.#asked.has(name);
        if (!isKnown) this.#asked.set(name, at);
        const result = isKnown ? 'hit' : 'miss';
        this.#deps.metrics.cache.reusedResults.inc({ evaluator: place.evaluator.id, result });
      }
    }
  }

  knownFor(item: ScoreItem): string[] {
    const at = this.#items.indexOf(item);
    const places = this.#places[at] ?? [];
    return places
      .filter(({ projectId, key }) => this.#asked.get(nameOf(projectId, key)) !== at)
      .map(({ evaluator }) => evaluator.id);
  }

  keep(said: readonly ItemScores[]): void {
    for (const [at, places] of this.#places.entries()) {
      for (const place of places) {
        const name = nameOf(place.projectId, place.key);
        const answer = said[at]?.find(({ evaluator }) => evaluator === place.evaluator.id);
        if (this.#asked.get(name) !== at || answer === undefined) continue;
        if (answer.error !== null) {
          this.#failed.set(name, answer.error);
          continue;
        }
        this.#known.set(name, answer.drafts);
        this.#made.set(name, { ...place, drafts: JSON.stringify(answer.drafts) });
      }
    }
  }

  /** What need not be asked about an item. */
  saidBefore(at: number): ItemScores {
    const places = this.#places[at] ?? [];
    return places.flatMap(({ evaluator, version, projectId, key }) => {
      const name = nameOf(projectId, key);
      if (this.#asked.get(name) === at) return [];
      const error = this.#failed.get(name) ?? null;
      const drafts = this.#known.get(name) ?? [];
      return [
        { evaluator: evaluator.id, version, kind: evaluator.kind, drafts, error, seconds: 0 },
      ];
    });
  }

  /** A failure is logged: the results are still good. */
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
         select project_id, decode(key, 'hex'), evaluator, version, drafts, $6, $7
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
           as made(project_id, key, drafts, evaluator, version)
         on conflict (project_id, key) do update
           set drafts = excluded.drafts, created_at = excluded.created_at, expires_at = excluded.expires_at`,
        [
          made.map(({ projectId }) => projectId),
          made.map(({ key }) => key),
          made.map(({ drafts }) => drafts),
          made.map(({ evaluator }) => evaluator.id),
          made.map(({ version }) => version),
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
  { database, clock }: Pick<KnownResultsDeps, 'database' | 'clock'>,
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
function contentKey(by: readonly unknown[], subject: Subject): string {
  const { operation, prompt, instructions, answer, answerCharacters } = subject;
  const { finishReason, callsTools, requestedFormat, context, toolResults } = subject;
  const texts = [operation, prompt, instructions, answer, answerCharacters];
  const facts = [finishReason, callsTools, requestedFormat, context, toolResults];
  return hash('sha256', JSON.stringify([...by, ...texts, ...facts]));
}

function nameOf(projectId: string, key: string): string {
  return `${projectId} ${key}`;
}
