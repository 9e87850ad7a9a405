import { z } from 'zod';
import { CHANNELS } from '../../channels/index.ts';
import type { ChannelCatalogEntry } from '../../contract/channels.ts';

/** The kinds of channels with JSON Schemas of their options, for forms. */
export function channelCatalog(): ChannelCatalogEntry[] {
  return CHANNELS.map(({ kind, title, options, secrets, tells }) => ({
    kind,
    title,
    options: z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }),
    secrets: [...secrets],
    tells,
  }));
}
