import type { Check, Evidence } from './score.ts';
import { TIMING } from './timing.ts';

/** One of the sixteen faults of Failover Bench, in our words, and what a good gateway makes of it. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** The model whose name picks the fault. */
  readonly model: string;
  readonly fallback: string;
  readonly right: 'answer' | 'refusal';
  /** A row of calls across an outage instead of one call. */
  readonly isRow: boolean;
  readonly maxMs: number;
  readonly checks: readonly Check[];
}

const required = (says: string, holds: Check['holds']): Check => ({
  says,
  weight: 'required',
  holds,
});
const advised = (says: string, holds: Check['holds']): Check => ({
  says,
  weight: 'advised',
  holds,
});

/** Tries at the primary within so many milliseconds of its first one. */
function triesWithin({ primary }: Evidence, ms: number): number {
  const first = primary[0]?.atMs ?? 0;
  return primary.filter(({ atMs }) => atMs - first < ms).length;
}

const bounded = required('at most six tries', ({ primary }) => primary.length <= 6);
const once = required('one try', ({ primary }) => primary.length === 1);
const alive = required('well afterwards', ({ aliveAfter }) => aliveAfter);
const retriesPrimary = advised('tries the same model again', ({ primary }) => primary.length >= 2);
const within = (ms: number): Check =>
  required(`over within ${ms} ms`, ({ caller }) => caller.elapsedMs <= ms);

const { patienceMs, retryAfterMs, slowFirstTokenMs, stallMs, outageMs } = TIMING;
const PLENTY_MS = 20_000 + 4 * patienceMs;

function scenario(
  id: string,
  title: string,
  more: Partial<Scenario> & Pick<Scenario, 'model'>,
): Scenario {
  return {
    id,
    title,
    fallback: 'good-model',
    right: 'answer',
    isRow: false,
    maxMs: PLENTY_MS,
    checks: [],
    ...more,
  };
}

export const SCENARIOS: readonly Scenario[] = [
  scenario('S01', 'told to wait', {
    model: 's01-limited-once',
    checks: [
      retriesPrimary,
      advised(
        'waits as long as it was told',
        ({ primary: [first, second] }) =>
          first !== undefined &&
          second !== undefined &&
          second.atMs - first.atMs >= retryAfterMs * 0.9,
      ),
      required('does not hammer', (evidence) => triesWithin(evidence, retryAfterMs * 0.75) <= 2),
    ],
  }),
  scenario('S02', 'limited for good, never told how long', {
    model: 's02-limited',
    checks: [required('does not hammer', (evidence) => triesWithin(evidence, 3000) <= 4), bounded],
  }),
  scenario('S03', 'one server error', { model: 's03-fails-once', checks: [retriesPrimary] }),
  scenario('S04', 'overloaded for good', { model: 's04-overloaded', checks: [bounded] }),
  scenario('S05', 'reset before a byte', { model: 's05-reset-once' }),
  scenario('S06', 'no answer at all', {
    model: 's06-silent',
    checks: [
      within(3 * patienceMs + 10_000),
      advised('does not ask a silent model again', ({ primary }) => primary.length <= 1),
    ],
  }),
  scenario('S07', 'a slow first token', {
    model: 's07-slow-first-token',
    checks: [
      advised('does not sit it out', ({ caller }) => caller.elapsedMs <= slowFirstTokenMs * 0.75),
    ],
  }),
  scenario('S08', 'cut in the middle', { model: 's08-cut' }),
  scenario('S09', 'stalls in the middle', {
    model: 's09-stalls',
    checks: [within(stallMs * 1.5), alive],
  }),
  scenario('S10', 'an event that is no JSON', { model: 's10-malformed-event', checks: [alive] }),
  scenario('S11', 'no last event', {
    model: 's11-no-done',
    checks: [within(8000), advised('tells usage', ({ caller }) => caller.usage !== null)],
  }),
  scenario('S12', 'a prompt that is too long for the model', {
    model: 's12-too-long',
    checks: [once],
  }),
  scenario('S13', 'refused by a content filter', {
    model: 's13-filtered',
    right: 'refusal',
    checks: [
      once,
      advised(
        'tells the provider’s reason',
        ({ caller }) => caller.code === 'content_policy_violation',
      ),
    ],
  }),
  scenario('S14', 'cut, and the fallback takes no prefill', {
    model: 's14-cut',
    fallback: 'good-model-without-prefill',
    checks: [
      required(
        'does not hide the failure behind a refused prefill',
        ({ caller, fallback }) =>
          caller.outcome !== 'error' ||
          fallback.every(({ action }) => !action.startsWith('prefill')),
      ),
    ],
  }),
  scenario('S15', 'down for a while, then well', {
    model: 's15-flaps',
    isRow: true,
    maxMs: 30_000,
    checks: [
      required('answers every call of the outage', ({ calls }) =>
        calls.every(({ atMs, view }) => atMs >= outageMs || view.outcome === 'success'),
      ),
      required('comes back within 30 s', ({ primary, startedAtMs }) => {
        const back = primary.find(({ action }) => action === '200');
        return back !== undefined && back.atMs - startedAtMs - outageMs <= 30_000;
      }),
      // Three tries a call would be what a gateway without a breaker makes.
      advised('leaves a broken model alone', ({ primary, calls, startedAtMs }) => {
        const during = primary.filter(({ atMs }) => atMs - startedAtMs < outageMs).length;
        return during <= calls.filter(({ atMs }) => atMs < outageMs).length + 4;
      }),
    ],
  }),
  scenario('S16', 'who answered, and what it cost', {
    model: 's16-overloaded',
    checks: [
      required('names the model that answered', ({ caller }) => caller.model === 'good-model'),
      advised('tells usage', ({ caller }) => caller.usage !== null),
      bounded,
    ],
  }),
];
