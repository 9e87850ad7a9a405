import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Mail } from './channel.ts';
import { defineChannel } from './define-channel.ts';
import { mailHtml } from './mail-html.ts';
import type { Message, MessageSetting } from './message.ts';
import { render } from './render.ts';
import type { Rendered, Tone } from './rendered.ts';
import { oneLine, shorten } from './shorten.ts';

const SUBJECT_CHARACTERS = 200;
const MARKS: Readonly<Record<Tone, string>> = {
  critical: '🚨',
  warning: '⚠️',
  info: 'ℹ️',
  good: '✅',
};

/** An address as mail servers take it, without a display name: nothing that could end a header. */
const address = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+$/, 'must be an address like team@example.com');

const options = z.strictObject({
  host: z.string().trim().min(1).max(253).meta({ title: 'Mail server' }),
  port: z.number().int().min(1).max(65_535).default(587).meta({ title: 'Port' }),
  /** `starttls` refuses to go on without encryption; `none` is for a relay on this machine. */
  security: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({ title: 'Encryption' }),
  user: z.string().max(254).optional().meta({ title: 'User name' }),
  password: z.string().max(1_024).optional().meta({ title: 'Password' }),
  from: address.meta({ title: 'Sender' }),
  to: z.array(address).min(1).max(50).meta({ title: 'Recipients' }),
});

/** Sends mails of plain text and HTML through an SMTP server. */
export const email = defineChannel({
  kind: 'email',
  title: 'E-mail',
  options,
  secrets: ['password'],
  tells: 'everything',
  addresses: ({ host }) => [{ field: 'host', host }],
  send: (message, { host, port, security, user, password, from, to }, { setting, tools }) =>
    tools.sendMail(mailOf(message, setting, { from, to }), {
      host,
      port,
      security,
      user: user ?? null,
      password: password ?? null,
    }),
});

/** The message as a mail; everything that comes from data is escaped in its HTML. */
export function mailOf(
  message: Message,
  setting: MessageSetting,
  { from, to }: { readonly from: string; readonly to: readonly string[] },
): Mail {
  const said = render(message, setting);
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from,
    to,
    subject: shorten(oneLine(`${MARKS[said.tone]} ${said.title}`), SUBJECT_CHARACTERS),
    text: mailText(said, setting),
    html: mailHtml(said, setting),
    messageId: `<${setting.messageId}@${domain}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      // Mail programs put the messages of one incident together by it.
      ...('groupKey' in message ? { References: `<${hashOf(message.groupKey)}@${domain}>` } : {}),
    },
  };
}

function mailText(said: Rendered, { projectName, at }: MessageSetting): string {
  const lines: string[] = [said.title, ''];
  if (said.lead !== null) lines.push(said.lead, '');
  for (const { heading, sentence, facts, passages, link } of said.sections) {
    if (heading !== null) lines.push(heading);
    if (sentence !== null) lines.push(sentence);
    for (const { label, value } of facts) lines.push(`${label}: ${oneLine(value)}`);
    for (const { label, text } of passages) lines.push('', `${label}:`, quoted(text));
    if (link !== null) lines.push(link.url);
    lines.push('');
  }
  if (said.more !== null) lines.push(said.more, '');
  for (const { label, url } of said.links) lines.push(`${label}: ${url}`);
  lines.push('', '-- ', `LLM Quality Observer · ${oneLine(projectName)} · ${at}`);
  return lines.join('\n');
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
