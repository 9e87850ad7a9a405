import { recordDeed } from './access/audit.ts';
import { channelRoutes } from './alerting/channel-routes.ts';
import { tellSummaries } from './alerting/notify/batch-summary.ts';
import type { RefuseHost } from './alerting/notify/channel-options.ts';
import { digestJobs } from './alerting/notify/digest-jobs.ts';
import { provisionChannels } from './alerting/notify/environment-channels.ts';
import { tellLowQuality } from './alerting/notify/low-quality.ts';
import type { SecretBox } from './alerting/notify/secret-box.ts';
import { createSendThrough, type SendThrough } from './alerting/notify/send-through.ts';
import type { Parts } from './app.ts';
import { createChannelTools } from './channel-tools.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { App } from './core/http.ts';
import type { NewId } from './core/ids.ts';
import type { Metrics } from './core/metrics.ts';
import { redactText } from './evaluators/pii/redact.ts';
import type { RecordStep } from './interactions/record.ts';
import { recordAll } from './record.ts';
import { openText, sealText } from './routing/credential-box.ts';
import { forbiddenHost } from './routing/guard-address.ts';
import { keyIdsInUse } from './routing/read-snapshot.ts';
import { openSecretKey, type SecretKey } from './routing/secret-key.ts';
import type { Database, Queryable } from './store/database.ts';
import type { JobDefinition } from './store/jobs.ts';

/** Channels in the main thread: their API and test messages. */
export function channelFeature(app: App, parts: Parts): void {
  const { store, clock, newId, controls, config, metrics } = parts;
  const { database } = store;
  const box = boxOf(() => Promise.resolve(controls.routing.secretKey));
  channelRoutes(app, {
    database,
    clock,
    newId,
    box,
    refuseHost,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    send: sendThrough({ database, clock, config, metrics }, box),
  });
}

/** How the background thread sends; the secret key is opened with the first message that needs it. */
export function backgroundSendThrough(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: Config;
  readonly metrics: Pick<Metrics, 'evaluator'>;
}): SendThrough {
  let opened: Promise<SecretKey> | null = null;
  const open = async (): Promise<SecretKey> =>
    await openSecretKey({
      configured: deps.config.LQO_SECRET_KEY,
      dataDir: deps.config.DATA_DIR,
      keyIdsInUse: await keyIdsInUse(deps.database),
    });
  const key = (): Promise<SecretKey> => {
    opened ??= open().catch((thrown: unknown) => {
      opened = null;
      throw thrown;
    });
    return opened;
  };
  return sendThrough(deps, boxOf(key));
}

/** Makes the channels of the environment, in the programs that send; what an operator should know is logged. */
export async function provisionEnvironmentChannels(
  parts: Pick<Parts, 'store' | 'clock' | 'newId' | 'controls' | 'config' | 'log'>,
  projectId: string,
): Promise<void> {
  const { store, clock, newId, controls, config, log } = parts;
  if (config.LQO_ROLE !== 'all' && config.LQO_ROLE !== 'worker') return;
  const box = boxOf(() => Promise.resolve(controls.routing.secretKey));
  const deps = { database: store.database, clock, newId, box };
  for (const warning of await provisionChannels(deps, config, projectId)) log.warn(warning);
}

/** What evaluation tells channels of, in the background thread. */
export interface EvaluationNotices {
  /** Writes scores as `recordAll`, and tells of those of low quality. */
  readonly recordAndTell: RecordStep;
  /** At the end of a turn of automatic evaluation: what was done since the last one. */
  readonly afterTurn: () => Promise<void>;
  readonly jobs: readonly JobDefinition[];
}

export function evaluationNotices(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly config: Config;
}): EvaluationNotices {
  const { config } = deps;
  const threshold = config.NOTIFICATION_SCORE_THRESHOLD;
  const tell = tellLowQuality({ ...deps, threshold, redact: redactText });
  return {
    recordAndTell: async (tx, batch): Promise<void> => {
      await recordAll(tx, batch);
      await tell(tx, batch.scores);
    },
    afterTurn: () => tellSummaries({ ...deps, threshold }),
    jobs: digestJobs(deps),
  };
}

/** Where people reach the dashboard, without a slash at its end. */
export function publicUrl({
  PUBLIC_URL,
  HOST,
  PORT,
}: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  const host = HOST.includes(':') ? `[${HOST}]` : HOST;
  return (PUBLIC_URL ?? `http://${host}:${PORT}`).replace(/\/+$/, '');
}

function sendThrough(
  deps: {
    readonly database: Queryable;
    readonly clock: Clock;
    readonly config: Config;
    readonly metrics: Pick<Metrics, 'evaluator'>;
  },
  box: SecretBox,
): SendThrough {
  const { database, clock, config, metrics } = deps;
  return createSendThrough({
    database,
    box,
    baseUrl: publicUrl(config),
    metrics: metrics.evaluator,
    // The operator's own addresses may lead anywhere.
    tools: (managedBy) =>
      createChannelTools({ clock, rules: { allowLinkLocal: managedBy === 'environment' } }),
  });
}

const refuseHost: RefuseHost = (hostname) => forbiddenHost(hostname, { allowLinkLocal: false });

function boxOf(key: () => Promise<SecretKey>): SecretBox {
  return {
    seal: async (channelId, text) => sealText(await key(), `channel:${channelId}`, text),
    open: async (channelId, sealed) => openText(await key(), `channel:${channelId}`, sealed),
  };
}
