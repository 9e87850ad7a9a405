import { ChannelError, type ChannelTools } from '../../channels/channel.ts';
import { channelOf } from '../../channels/index.ts';
import type { Message } from '../../channels/message.ts';
import { idTimeMs, isUuid } from '../../core/ids.ts';
import type { Metrics } from '../../core/metrics.ts';
import type { Queryable } from '../../store/database.ts';
import type { ChannelRow } from './channel-row.ts';
import { openSecrets, SEALED_ELSEWHERE, type SecretBox } from './secret-box.ts';

/**
 * Sends a message to its receiver, once. Rejects with `ChannelError`. `messageId` is the same for every try; its
 * time (UUIDv7) is when the message was made.
 */
export type SendThrough = (
  channel: ChannelRow,
  message: Message,
  messageId: string,
) => Promise<void>;

export interface SendDeps {
  readonly database: Queryable;
  readonly box: SecretBox;
  /** What channels reach the world with; the operator's own addresses may lead anywhere. */
  tools(managedBy: ChannelRow['managed_by']): ChannelTools;
  /** Of the dashboard, without a slash at its end. */
  readonly baseUrl: string;
  readonly metrics: Pick<Metrics['evaluator'], 'notifications'>;
}

/** How messages leave: secrets opened, addresses guarded, counted by outcome. */
export function createSendThrough(deps: SendDeps): SendThrough {
  return async (channel, message, messageId) => {
    const counted = { channel: channel.kind, type: typeOf(message) };
    try {
      await send(deps, channel, { message, messageId });
      deps.metrics.notifications.inc({ ...counted, status: 'success' });
    } catch (thrown) {
      deps.metrics.notifications.inc({ ...counted, status: 'error' });
      throw toChannelError(thrown);
    }
  };
}

async function send(
  { database, box, tools, baseUrl }: SendDeps,
  row: ChannelRow,
  { message, messageId }: { readonly message: Message; readonly messageId: string },
): Promise<void> {
  const channel = channelOf(row.kind);
  const secrets = await openSecrets(box, row);
  if (secrets === null) throw new ChannelError(SEALED_ELSEWHERE, { retryable: true });
  const options = channel.options.safeParse({ ...row.options, ...secrets });
  if (!options.success) {
    throw new ChannelError('Its options are not complete. Open the channel and save it again.', {
      retryable: false,
    });
  }
  const [project] = await database.query<{ name: string; slug: string }>(
    'select name, slug from projects where id = $1',
    [row.project_id],
  );
  if (project === undefined) throw new ChannelError('The project is gone.', { retryable: false });
  const using = tools(row.managed_by);
  const atMs = isUuid(messageId) ? idTimeMs(messageId) : using.clock.now();
  await channel.send(message, options.data, {
    tools: using,
    setting: {
      projectName: project.name,
      projectSlug: project.slug,
      language: row.settings.language,
      baseUrl,
      messageId,
      at: new Date(atMs).toISOString(),
    },
  });
}

/** What system L's metric calls them, and ours beside. */
function typeOf({ kind }: Message): string {
  return kind === 'firing' || kind === 'resolved' ? 'alert' : kind;
}

function toChannelError(thrown: unknown): ChannelError {
  if (thrown instanceof ChannelError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return new ChannelError(said, { retryable: true });
}
