import type { ChannelKind } from '../../contract/channels.ts';
import { type Config, ConfigError } from '../../core/config.ts';
import { AppError } from '../../core/errors.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { AlertingDeps } from '../deps.ts';
import { type Options, readOptions } from './channel-options.ts';
import type { ChannelSettings } from './channel-row.ts';
import { type SecretBox, sealSecrets } from './secret-box.ts';

export type ChannelConfig = Pick<
  Config,
  | 'SLACK_WEBHOOK_URL'
  | 'DISCORD_WEBHOOK_URL'
  | 'SMTP_HOST'
  | 'SMTP_PORT'
  | 'SMTP_SECURITY'
  | 'SMTP_USERNAME'
  | 'SMTP_PASSWORD'
  | 'SMTP_FROM_EMAIL'
  | 'SMTP_TO_EMAILS'
  | 'NOTIFICATION_LANGUAGE'
>;

interface WantedChannel {
  /** Of the channel too: `slack`, `discord`, `email`. */
  readonly kind: ChannelKind;
  readonly variable: string;
  readonly options: Options;
}

/** The channels that the environment asks for. Throws ConfigError for half a mail server. */
export function environmentChannels(config: ChannelConfig): WantedChannel[] {
  const wanted: WantedChannel[] = [];
  const { SLACK_WEBHOOK_URL, DISCORD_WEBHOOK_URL } = config;
  if (SLACK_WEBHOOK_URL !== null) {
    wanted.push({
      kind: 'slack',
      variable: 'SLACK_WEBHOOK_URL',
      options: { url: SLACK_WEBHOOK_URL },
    });
  }
  if (DISCORD_WEBHOOK_URL !== null) {
    const options = { url: DISCORD_WEBHOOK_URL };
    wanted.push({ kind: 'discord', variable: 'DISCORD_WEBHOOK_URL', options });
  }
  const mail = mailOptions(config);
  return mail === null
    ? wanted
    : [...wanted, { kind: 'email', variable: 'SMTP_HOST', options: mail }];
}

function mailOptions(config: ChannelConfig): Options | null {
  const { SMTP_HOST, SMTP_PORT, SMTP_FROM_EMAIL, SMTP_TO_EMAILS } = config;
  // As LLM-Quality-Observer's example had it: credentials without a server are no channel.
  if (SMTP_HOST === null) return null;
  if (SMTP_FROM_EMAIL === null || SMTP_TO_EMAILS === null) {
    throw new ConfigError('SMTP_HOST needs SMTP_FROM_EMAIL and SMTP_TO_EMAILS beside it.');
  }
  const { SMTP_USERNAME, SMTP_PASSWORD, SMTP_SECURITY } = config;
  return {
    host: SMTP_HOST,
    port: SMTP_PORT,
    security: SMTP_SECURITY ?? (SMTP_PORT === 465 ? 'tls' : 'starttls'),
    from: SMTP_FROM_EMAIL,
    to: SMTP_TO_EMAILS.split(',')
      .map((address) => address.trim())
      .filter((address) => address !== ''),
    ...(SMTP_USERNAME === null ? {} : { user: SMTP_USERNAME }),
    ...(SMTP_PASSWORD === null ? {} : { password: SMTP_PASSWORD }),
  };
}

/**
 * Brings the default project's channels to what the environment asks for, at every start: told of low quality and
 * batches, as LLM-Quality-Observer did; those whose variables are gone are removed. Answers warnings, one sentence
 * each. Throws ConfigError for values that are none.
 */
export async function provisionChannels(
  deps: AlertingDeps & { readonly database: Database; readonly box: SecretBox },
  config: ChannelConfig,
  projectId: string,
): Promise<string[]> {
  const wanted = environmentChannels(config);
  const read = wanted.map((one) => ({ ...one, ...checked(one) }));
  return await deps.database.transaction(async (tx) => {
    const names: string[] = wanted.map(({ kind }) => kind);
    await tx.query(
      `delete from channels where project_id = $1 and managed_by = 'environment' and name <> all($2::text[])`,
      [projectId, names],
    );
    const warnings: string[] = [];
    for (const one of read) {
      const done = await putChannel(tx, deps, {
        ...one,
        projectId,
        language: config.NOTIFICATION_LANGUAGE,
      });
      if (done) continue;
      warnings.push(
        `${one.variable} makes no channel: the default project has a channel named ${one.kind} already. Rename or remove that one.`,
      );
    }
    return warnings;
  });
}

/** The operator's own addresses may lead anywhere. */
function checked({ kind, variable, options }: WantedChannel): ReturnType<typeof readOptions> {
  try {
    return readOptions(kind, options, () => null);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new ConfigError(`${variable} and what belongs to it: ${thrown.message}`);
  }
}

async function putChannel(
  tx: Queryable,
  { clock, newId, box }: AlertingDeps & { readonly box: SecretBox },
  one: {
    readonly projectId: string;
    readonly kind: ChannelKind;
    readonly language: ChannelSettings['language'];
    readonly open: Options;
    readonly secret: Options;
  },
): Promise<boolean> {
  const { projectId, kind, language } = one;
  const [known] = await tx.query<{ id: string; managedBy: string }>(
    'select id, managed_by as "managedBy" from channels where project_id = $1 and name = $2 for update',
    [projectId, kind],
  );
  if (known?.managedBy === 'api') return false;
  const id = known?.id ?? newId();
  const settings: ChannelSettings = {
    language,
    texts: 'masked',
    lowQuality: true,
    batchSummary: true,
    digest: 'none',
    perMinute: 20,
  };
  const written = await tx.query(
    `insert into channels as c (id, project_id, name, kind, settings, options, secrets, enabled, managed_by,
       created_at, updated_at)
     values ($1, $2, $3, $3, $4::text::jsonb, $5::text::jsonb, $6, true, 'environment', $7, $7)
     on conflict (project_id, name) do update set kind = excluded.kind, settings = excluded.settings,
       options = excluded.options, secrets = excluded.secrets, enabled = true, updated_at = excluded.updated_at
     where c.managed_by = 'environment' and c.id = excluded.id
     returning c.id`,
    [
      id,
      projectId,
      kind,
      jsonText(settings),
      jsonText(one.open),
      await sealSecrets(box, id, one.secret),
      new Date(clock.now()),
    ],
  );
  // Another program that starts at the same time may have made it: its row says the same.
  return written.length > 0 || known === undefined;
}
