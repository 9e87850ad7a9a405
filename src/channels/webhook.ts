import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { defineChannel } from './define-channel.ts';
import type { Message, MessageSetting } from './message.ts';
import { postJson } from './post-json.ts';
import { render } from './render.ts';

const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .meta({ title: 'URL' }),
  /** Signs each message, so that the receiver knows who sent it. */
  secret: z.string().min(16).max(256).optional().meta({ title: 'Signing secret' }),
  /** Value of the header `authorization`, for receivers that ask for one. */
  authorization: z
    .string()
    .max(2_000)
    .regex(/^[\t\x20-\x7e]*$/, 'printable ASCII only')
    .optional()
    .meta({ title: 'Authorization header' }),
});

/** Posts JSON to any address, signed by HMAC-SHA256 over time and body. */
export const webhook = defineChannel({
  kind: 'webhook',
  title: 'Webhook',
  options,
  secrets: ['secret', 'authorization'],
  tells: 'everything',
  addresses: ({ url }) => [{ field: 'url', url }],
  send: (message, { url, secret, authorization }, { setting, tools }) => {
    const body = JSON.stringify(webhookBody(message, setting));
    const seconds = Math.floor(tools.clock.now() / 1000);
    return postJson(tools, {
      title: 'The webhook',
      url,
      body,
      headers: {
        'x-lqo-message-id': setting.messageId,
        ...(secret === undefined ? {} : { 'x-lqo-signature': signed(secret, seconds, body) }),
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
  },
});

/** What receivers get: the message in parts for programs, and what it says for people. */
export function webhookBody(message: Message, setting: MessageSetting): object {
  const { title, lead, sections, links } = render(message, setting);
  const sentences = sections.flatMap(({ heading, sentence }) => [heading, sentence]);
  const lines = [title, lead, ...sentences].filter((line) => line !== null);
  const { messageId, at, projectName, projectSlug, language } = setting;
  return {
    version: 1,
    id: messageId,
    at,
    type: message.kind,
    project: { name: projectName, slug: projectSlug },
    language,
    title,
    text: lines.join('\n'),
    links,
    message,
  };
}

/** `t=<Unix seconds>,v1=<hex HMAC-SHA256 of "<Unix seconds>.<body>">`. */
export function signed(secret: string, seconds: number, body: string): string {
  const hmac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hmac}`;
}
