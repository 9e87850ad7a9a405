import type { DemoLanguage } from '../providers/demo/knowledge.ts';
import { DEMO_APPS, type DemoApp } from './demo-apps.ts';
import { type DemoCallRecord, type DemoMoment, makeDemoCall } from './demo-call.ts';
import { createRandom, type Random } from './demo-random.ts';
import { toEventRecord } from './event-records.ts';
import type { SpoolRecord } from './spool-record.ts';

export interface DemoTrafficOptions {
  readonly projectId: string;
  readonly from: Date;
  readonly to: Date;
  /** The same seed gives the same records. */
  readonly seed: number;
  /** Interactions on an average day. */
  readonly perDay: number;
}

const SLOT_MS = 5 * 60 * 1000;
const DAY_MS = 86_400_000;
const INCIDENT_MS = 75 * 60 * 1000;
const USERS = 48;

/**
 * Plausible traffic for the demo project, oldest first: calls, retrieval spans and feedback. Busy days
 * and quiet nights and week-ends, several applications, models and languages, a burst of errors at about
 * seven tenths of the time, and a new prompt version at six tenths that answers worse. Everything is
 * marked by origin and provider `demo`. The same options give the same records.
 */
export function* generateDemoTraffic(options: DemoTrafficOptions): Generator<SpoolRecord> {
  const random = createRandom(options.seed);
  const fromMs = options.from.getTime();
  const spanMs = options.to.getTime() - fromMs;
  const incidentMs = incidentStart(fromMs, spanMs);
  let number = 0;
  for (let slotMs = fromMs; slotMs < fromMs + spanMs; slotMs += SLOT_MS) {
    const lengthMs = Math.min(SLOT_MS, fromMs + spanMs - slotMs);
    const mean = (options.perDay * lengthMs * activityAt(slotMs)) / DAY_MS;
    for (const atMs of timesIn(slotMs, { lengthMs, mean }, random)) {
      number += 1;
      const moment = momentOf(atMs, {
        projectId: options.projectId,
        number,
        promptVersion: atMs < fromMs + spanMs * 0.6 ? '3' : '4',
        isIncident: atMs >= incidentMs && atMs < incidentMs + INCIDENT_MS,
        random,
      });
      yield* recordsOf(moment, random);
    }
  }
}

function timesIn(
  slotMs: number,
  { lengthMs, mean }: { lengthMs: number; mean: number },
  random: Random,
): number[] {
  const times = Array.from({ length: random.poisson(mean) }, () => slotMs + random.below(lengthMs));
  return times.toSorted((a, b) => a - b);
}

/** The incident begins at seven tenths of the span, moved to eleven o'clock so that people notice it. */
function incidentStart(fromMs: number, spanMs: number): number {
  const near = fromMs + spanMs * 0.7;
  const atEleven = Math.floor(near / DAY_MS) * DAY_MS + 11 * 3_600_000;
  const fits = atEleven >= fromMs && atEleven + INCIDENT_MS <= fromMs + spanMs;
  return fits ? atEleven : near;
}

/** How busy a moment is against the average, by hour (UTC) and day of the week. */
function activityAt(atMs: number): number {
  const date = new Date(atMs);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const rhythm = 1 + 0.85 * Math.cos(((hour - 13) / 24) * 2 * Math.PI);
  const isWeekend = date.getUTCDay() % 6 === 0;
  // Five days at 1.2 and two at 0.5 make one on average.
  return rhythm * (isWeekend ? 0.5 : 1.2);
}

type MomentParts = Omit<DemoMoment, 'atMs' | 'app' | 'user' | 'language'> & {
  readonly random: Random;
};

function momentOf(atMs: number, { random, ...parts }: MomentParts): DemoMoment {
  // Squaring makes a few users call often and many rarely.
  const user = Math.floor(random.next() ** 2 * USERS);
  return {
    ...parts,
    atMs,
    app: chooseApp(random),
    user: `user-${String(user + 1).padStart(2, '0')}`,
    language: languageOfUser(user),
  };
}

function chooseApp(random: Random): DemoApp {
  let left = random.next();
  for (const app of DEMO_APPS) {
    left -= app.share;
    if (left < 0) return app;
  }
  return DEMO_APPS[0];
}

const LANGUAGES: readonly DemoLanguage[] = ['en', 'ko', 'en', 'ja', 'en', 'ko', 'zh', 'en'];

function languageOfUser(user: number): DemoLanguage {
  return LANGUAGES[user % LANGUAGES.length] ?? 'en';
}

/** The call with what goes before and after it: the look-up of its passages and a rating by its user. */
function* recordsOf(moment: DemoMoment, random: Random): Generator<SpoolRecord> {
  const call = makeDemoCall(moment, random);
  const retrieval = call.question.passages.length > 0 ? retrievalOf(moment, call, random) : null;
  if (retrieval !== null) yield retrieval;
  yield call.record;
  const rating = random.chance(0.12) ? ratingOf(moment, call, random) : null;
  if (rating !== null) yield rating;
}

function retrievalOf(
  moment: DemoMoment,
  { record, question }: DemoCallRecord,
  random: Random,
): SpoolRecord | null {
  const durationMs = Math.round(random.around(38, 0.5) * 100) / 100;
  const isEmpty = random.chance(0.05);
  return eventRecord(moment, {
    event: 'span',
    createdAt: new Date(moment.atMs - Math.ceil(durationMs)).toISOString(),
    kind: 'retrieval',
    name: 'rag.retrieve',
    traceId: record.context.traceId,
    interactionId: record.id,
    durationMs,
    attributes: {
      query: question.prompt,
      hits: isEmpty ? 0 : question.passages.length,
      topk: 5,
      rerank_enabled: true,
      rerank_model: 'demo-reranker',
    },
  });
}

/** People mostly like good answers and mostly dislike bad ones. */
function ratingOf(
  moment: DemoMoment,
  { record, behaviour }: DemoCallRecord,
  random: Random,
): SpoolRecord | null {
  if (record.status === 'error' || record.operation !== 'chat') return null;
  const likes = random.chance(behaviour === 'demo/good' ? 0.9 : 0.12);
  return eventRecord(moment, {
    event: 'feedback',
    ts: new Date(moment.atMs + 5_000 + random.below(60_000)).toISOString(),
    interaction_id: record.id,
    rating: likes ? 1 : -1,
  });
}

function eventRecord({ projectId, atMs }: DemoMoment, event: object): SpoolRecord | null {
  const source = { projectId, origin: 'demo', nowMs: atMs, timeRequired: true } as const;
  return toEventRecord(event, source).record;
}
