import { ChannelError } from '../../channels/channel.ts';
import type { Message } from '../../channels/message.ts';
import { asError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import {
  type ClaimedMessage,
  claimNext,
  type DueChannel,
  dueChannels,
  keepClaim,
} from './claim.ts';
import { recordDelivered, recordFailed, type Try, type TryDeps } from './record-try.ts';

export interface DelivererDeps extends TryDeps {
  readonly log: Log;
  /** Rejects with `ChannelError`; anything else is taken for a passing failure. `messageId` is the same for every try. */
  send(channelId: string, message: Message, messageId: string): Promise<void>;
  /** A message was given up; `kind` of its channel. */
  onDead(kind: string): void;
}

/** Sends what waits in the outbox, until it is stopped. */
export interface Deliverer {
  /** Looks once at what is due and sends it, after a look that is under way. */
  deliver(): Promise<void>;
  /** Finishes the tries that are under way, and lets the rest wait. */
  stop(): Promise<void>;
}

const CHANNELS_TOGETHER = 8;
const TRY_TIMEOUT_MS = 60_000;
/** Well within the lease of a claim, so that no other program sends the message meanwhile. */
const KEEP_EVERY_MS = 4_000;
const DATABASE_PAUSE_MS = 500;

/**
 * Delivers at least once, in order within a sequence, any number of programs beside each other: a message is claimed,
 * sent, and noted as delivered. Between the receiver's answer and that note lies the one moment in which a program that
 * dies leaves a message that is sent twice; receivers can tell by its id.
 */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const stopping = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  const deliver = (): Promise<void> => {
    looking = looking.catch(() => undefined).then(() => lookOnce(deps, stopping.signal));
    return looking;
  };
  return {
    deliver,
    async stop(): Promise<void> {
      stopping.abort();
      await looking.catch(() => undefined);
    },
  };
}

async function lookOnce(deps: DelivererDeps, stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return;
  const channels = await dueChannels(deps.database, new Date(deps.clock.now()));
  const waiting = [...channels];
  const workers = Array.from({ length: Math.min(CHANNELS_TOGETHER, waiting.length) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await drain(deps, next, stopping);
    }
  });
  const ended = await Promise.allSettled(workers);
  const errors = ended.flatMap((one) => (one.status === 'rejected' ? [asError(one.reason)] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'messages could not be delivered');
}

/** One message of the channel after the other, as long as some are due and it takes them. */
async function drain(
  deps: DelivererDeps,
  channel: DueChannel,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    const sent = await claimNext(deps, channel);
    if (sent === null) return;
    const delivered = await tryOnce(deps, { channel, sent }, stopping);
    if (!delivered) return;
  }
}

async function tryOnce(deps: DelivererDeps, one: Try, stopping: AbortSignal): Promise<boolean> {
  const { channel, sent } = one;
  const about = { channel: channel.name, message: sent.id, try: sent.tries };
  try {
    await withTimeout(deps, channel, sent);
  } catch (thrown) {
    deps.log.warn({ err: asError(thrown), ...about }, 'a message was not delivered');
    const state = await recordFailed(deps, one, thrown);
    if (state === 'dead') deps.onDead(channel.kind);
    // One that will never be taken does not keep the next from being tried.
    return state === 'dead';
  }
  await untilNoted(deps, one, stopping);
  deps.log.debug(about, 'a message was delivered');
  return true;
}

async function withTimeout(
  deps: DelivererDeps,
  channel: DueChannel,
  sent: ClaimedMessage,
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = TRY_TIMEOUT_MS / 1000;
    late.reject(new ChannelError(`No answer within ${seconds} seconds.`, { retryable: true }));
  }, TRY_TIMEOUT_MS).unref();
  // A database that is away gives the message to nobody else either.
  const keeping = setInterval(
    () => void keepClaim(deps, sent).catch(() => undefined),
    KEEP_EVERY_MS,
  );
  try {
    await Promise.race([deps.send(channel.id, sent.message, sent.id), late.promise]);
  } finally {
    clearTimeout(timer);
    clearInterval(keeping);
  }
}

/** A database that is away for a moment must not make a message that arrived be sent again. */
async function untilNoted(deps: DelivererDeps, one: Try, stopping: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await recordDelivered(deps, one);
      return;
    } catch (error) {
      if (stopping.aborted) throw error;
      deps.log.warn({ err: asError(error) }, 'a delivery could not be noted; trying again');
      await new Promise((resolve) => setTimeout(resolve, DATABASE_PAUSE_MS));
    }
  }
}
