import { z } from 'zod';
import type { ChannelKind } from '../contract/channels.ts';
import type { Channel } from './channel.ts';
import { defineChannel } from './define-channel.ts';
import type { Message, MessageSetting } from './message.ts';
import { postJson } from './post-json.ts';
import type { Tone } from './rendered.ts';

/** Signs before a title, where a receiver has no colours for it. */
export const MARKS: Readonly<Record<Tone, string>> = {
  critical: '🚨',
  warning: '⚠️',
  info: 'ℹ️',
  good: '✅',
};

/** A chat that takes every message as JSON at one secret address: whoever knows it can post. */
export function defineWebhookChannel(chat: {
  readonly kind: ChannelKind;
  readonly title: string;
  /** What its people call the address. */
  readonly urlTitle: string;
  body(message: Message, setting: MessageSetting): object;
}): Channel {
  const { kind, title, urlTitle, body } = chat;
  const options = z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .meta({ title: urlTitle }),
  });
  return defineChannel({
    ...{ kind, title, options },
    secrets: ['url'],
    tells: 'everything',
    addresses: ({ url }) => [{ field: 'url', url }],
    send: (message, { url }, { setting, tools }) =>
      postJson(tools, { title, url, body: JSON.stringify(body(message, setting)) }),
  });
}
