import type { z } from 'zod';
import type { ChannelTested } from '../../contract/channels.ts';
import { asError } from '../../core/errors.ts';
import { findChannel } from './channel-row.ts';
import type { Actor, ChannelDeps } from './manage-channels.ts';
import type { SendThrough } from './send-through.ts';

/** Sends a test message at once, even when the channel is switched off, and tells what happened. Throws `not_found`. */
export async function testChannel(
  deps: ChannelDeps & { readonly send: SendThrough },
  by: Actor & { readonly id: string },
): Promise<z.infer<typeof ChannelTested>> {
  const { database, clock, newId, send, recordDeed } = deps;
  const row = await findChannel(database, by);
  const startedMs = clock.monotonic();
  const problem = await send(row, { kind: 'test', channel: row.name, by: by.actor }, newId()).then(
    () => null,
    (thrown: unknown) => asError(thrown).message,
  );
  const latencyMs = Math.round(clock.monotonic() - startedMs);
  const details = { name: row.name, ok: problem === null };
  await database.transaction((tx) =>
    recordDeed(tx, {
      projectId: by.projectId,
      actor: by.actor,
      action: 'channel.tested',
      target: row.id,
      details,
    }),
  );
  return { ok: problem === null, latencyMs, problem };
}
