import type { LowQualityMessage } from '../../channels/message.ts';
import type { Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { type ChannelRow, channelsFor } from './channel-row.ts';

/** A score that was just written, as far as it tells whether an answer is of low quality. */
export interface WrittenScore {
  readonly projectId: string;
  readonly interactionId: string;
  readonly interactionCreatedAt: Date;
  readonly name: string;
  /** 0 to 1. */
  readonly value: number;
  /** 1 to 5 for `overall`. */
  readonly nativeValue: number | null;
  readonly label: string | null;
  readonly reason: string | null;
  readonly source: string;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
}

export interface LowQualityDeps extends AlertingDeps {
  /** 1 to 5: told at or below it. */
  readonly threshold: number;
  /** Personal data and secrets hidden; `isCut` where the text goes on. */
  readonly redact: (text: string, options: { readonly isCut: boolean }) => string;
}

/** Writes messages about scores, in the transaction that writes the scores. */
export type TellLowQuality = (tx: Queryable, scores: readonly WrittenScore[]) => Promise<void>;

/** What happened longer ago is history: imports and evaluation of the past tell nobody. */
const NEWS_MS = 24 * 3_600_000;
/** Told one by one in a minute and channel; the rest is counted in one more message. */
const ONE_BY_ONE = 5;
const MINUTE_MS = 60_000;
const READ_CHARACTERS = 1_000;
const SEQUENCE = 'low-quality';

/**
 * Tells channels of answers at or below the threshold: each interaction once, at most five messages a minute and
 * channel, and then one that counts the rest. Nobody is told of sample traffic or of what this program asks itself.
 */
export function tellLowQuality(deps: LowQualityDeps): TellLowQuality {
  return async (tx, scores) => {
    const low = new Map(
      scores.filter((score) => isNews(deps, score)).map((score) => [score.interactionId, score]),
    );
    if (low.size === 0) return;
    const projects = [...new Set([...low.values()].map(({ projectId }) => projectId))];
    const channels = await channelsFor(tx, projects, 'lowQuality');
    if (channels.length === 0) return;
    const told = await readTold(tx, [...low.values()]);
    for (const channel of channels) {
      const own = told.filter(({ score }) => score.projectId === channel.project_id);
      if (own.length > 0) await tellChannel(tx, deps, { channel, told: own });
    }
  };
}

function isNews({ threshold, clock }: LowQualityDeps, score: WrittenScore): boolean {
  return (
    score.name === 'overall' &&
    score.source !== 'human' &&
    nativeOf(score) <= threshold &&
    clock.now() - score.interactionCreatedAt.getTime() < NEWS_MS
  );
}

function nativeOf({ nativeValue, value }: WrittenScore): number {
  return nativeValue ?? 1 + 4 * value;
}

interface Told {
  readonly score: WrittenScore;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly response: string | null;
}

async function readTold(tx: Queryable, scores: readonly WrittenScore[]): Promise<Told[]> {
  const times = scores.map(({ interactionCreatedAt }) => interactionCreatedAt.getTime());
  const rows = await tx.query<{
    id: string;
    model: string | null;
    prompt: string | null;
    response: string | null;
  }>(
    `select i.id, i.model, left(b.prompt_text, ${READ_CHARACTERS}) as prompt,
       left(b.response_text, ${READ_CHARACTERS}) as response
     from interactions i
     left join interaction_bodies b on b.interaction_id = i.id and b.created_at = i.created_at
       and b.created_at >= $2 and b.created_at < $3
     where i.id = any($1::uuid[]) and i.created_at >= $2 and i.created_at < $3
       and i.origin not in ('judge', 'run', 'demo')
     order by i.created_at, i.id`,
    [
      scores.map(({ interactionId }) => interactionId),
      new Date(Math.min(...times)),
      new Date(Math.max(...times) + 1_000),
    ],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return scores.flatMap((score) => {
    const row = found.get(score.interactionId);
    return row === undefined ? [] : [{ score, ...row }];
  });
}

async function tellChannel(
  tx: Queryable,
  deps: LowQualityDeps,
  { channel, told }: { readonly channel: ChannelRow; readonly told: readonly Told[] },
): Promise<void> {
  const fresh = await untold(tx, channel, told);
  const room = Math.max(0, ONE_BY_ONE - (await recentlyTold(tx, deps, channel.id)));
  for (const one of fresh.slice(0, room)) await write(tx, deps, { channel, one, more: 0 });
  const rest = fresh.slice(room);
  const [first] = rest;
  if (first === undefined || (await countedIn(tx, channel.id, rest.length))) return;
  const ids = await write(tx, deps, { channel, one: first, more: rest.length - 1 });
  // Others of this minute are counted in it before it leaves.
  await tx.query('update outbox set next_attempt_at = $2 where id = any($1::uuid[])', [
    ids,
    new Date(deps.clock.now() + MINUTE_MS),
  ]);
}

/** Rules and judges may both find an answer bad: it is told once. */
async function untold(
  tx: Queryable,
  channel: ChannelRow,
  told: readonly Told[],
): Promise<readonly Told[]> {
  const rows = await tx.query<{ key: string }>(
    'select dedupe_key as key from outbox where channel_id = $1 and dedupe_key = any($2::text[])',
    [channel.id, told.map(keyOf)],
  );
  const known = new Set(rows.map(({ key }) => key));
  return told.filter((one) => !known.has(keyOf(one)));
}

function keyOf({ score }: Told): string {
  return `low-quality:${score.interactionId}`;
}

async function recentlyTold(
  tx: Queryable,
  { clock }: LowQualityDeps,
  channelId: string,
): Promise<number> {
  const [row] = await tx.query<{ told: number }>(
    `select count(*)::int as told from outbox
     where channel_id = $1 and kind = 'low_quality' and created_at > $2`,
    [channelId, new Date(clock.now() - MINUTE_MS)],
  );
  return row?.told ?? 0;
}

/** Adds to the message that waits to tell the rest; false when none waits. */
async function countedIn(tx: Queryable, channelId: string, more: number): Promise<boolean> {
  const counted = await tx.query(
    `with waiting as (
       select id from outbox where channel_id = $1 and kind = 'low_quality' and attempts = 0
         and delivered_at is null and dead_at is null and claimed_until is null
         and next_attempt_at > created_at
       order by id desc limit 1 for update skip locked
     )
     update outbox o set message = jsonb_set(message, '{more}', to_jsonb((message ->> 'more')::int + $2::int))
     from waiting where o.id = waiting.id returning o.id`,
    [channelId, more],
  );
  return counted.length > 0;
}

async function write(
  tx: Queryable,
  deps: LowQualityDeps,
  of: { readonly channel: ChannelRow; readonly one: Told; readonly more: number },
): Promise<string[]> {
  const { channel, one } = of;
  return await enqueue(tx, deps, {
    projectId: channel.project_id,
    channelIds: [channel.id],
    sequenceKey: SEQUENCE,
    dedupeKey: keyOf(one),
    alertId: null,
    message: messageOf(deps, of),
  });
}

function messageOf(
  { redact, threshold }: LowQualityDeps,
  {
    channel,
    one,
    more,
  }: { readonly channel: ChannelRow; readonly one: Told; readonly more: number },
): LowQualityMessage {
  const { score, model, prompt, response } = one;
  const { texts } = channel.settings;
  const shown = (text: string | null): string | null => {
    if (text === null || texts === 'none') return null;
    return texts === 'full' ? text : redact(text, { isCut: text.length >= READ_CHARACTERS });
  };
  return {
    kind: 'low_quality',
    interactionId: score.interactionId,
    score: nativeOf(score),
    threshold,
    judge: `${score.evaluator}-${score.evaluatorVersion}`,
    label: score.label,
    // Reasons may quote what was judged.
    comment: shown(score.reason),
    model,
    createdAt: score.interactionCreatedAt.toISOString(),
    texts: { prompt: shown(prompt), response: shown(response) },
    more,
  };
}
