import type { z } from 'zod';
import type { Channel } from './channel.ts';

/** A channel for the shelf: options are checked by its schema before they are used; throws ZodError for others. */
export function defineChannel<Options extends z.ZodObject>(channel: Channel<Options>): Channel {
  return {
    ...channel,
    addresses: (options) => channel.addresses(channel.options.parse(options)),
    send: async (message, options, context) =>
      channel.send(message, channel.options.parse(options), context),
  };
}
