import { recordDeed } from './access/audit.ts';
import { channelRoutes } from './alerting/channel-routes.ts';
import type { RefuseHost } from './alerting/notify/channel-options.ts';
import type { SecretBox } from './alerting/notify/secret-box.ts';
import { createSendThrough, type SendThrough } from './alerting/notify/send-through.ts';
import type { Parts } from './app.ts';
import { createChannelTools } from './channel-tools.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { App } from './core/http.ts';
import type { Metrics } from './core/metrics.ts';
import { openText, sealText } from './routing/credential-box.ts';
import { forbiddenHost } from './routing/guard-address.ts';
import { keyIdsInUse } from './routing/read-snapshot.ts';
import { openSecretKey, type SecretKey } from './routing/secret-key.ts';
import type { Database, Queryable } from './store/database.ts';

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
