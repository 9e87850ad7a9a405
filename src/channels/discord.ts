import { defineWebhookChannel, MARKS } from './define-webhook-channel.ts';
import type { Message, MessageSetting } from './message.ts';
import { render } from './render.ts';
import type { Rendered, Section, Tone } from './rendered.ts';
import { filled, oneLine, shorten } from './shorten.ts';

/** Source: docs.discord.com, message resource: embed limits (2026-11). Characters of all embeds together: `all`. */
const LIMITS = {
  embeds: 10,
  title: 256,
  description: 4096,
  fields: 25,
  name: 256,
  value: 1024,
  footer: 2048,
  all: 6000,
};
const COLOURS: Readonly<Record<Tone, number>> = {
  critical: 0xdc3545,
  warning: 0xfd7e14,
  info: 0x2f6fdb,
  good: 0x2e9e5b,
};
/** Sentences, prompts and answers are worth less of the 6000 than figures. */
const SENTENCE = 700;
const PASSAGE = 500;

/** Posts embeds through a webhook. */
export const discord = defineWebhookChannel({
  kind: 'discord',
  title: 'Discord',
  // The webhook, `https://discord.com/api/webhooks/…`.
  urlTitle: 'Webhook URL',
  body: discordBody,
});

interface Embed {
  readonly title?: string;
  readonly url?: string;
  readonly description?: string;
  readonly color: number;
  readonly fields: readonly { readonly name: string; readonly value: string; inline: boolean }[];
  readonly footer?: { readonly text: string };
  readonly timestamp?: string;
}

/** The message as embeds within Discord's limits; nobody is mentioned, whatever names say. */
export function discordBody(message: Message, setting: MessageSetting): object {
  const said = render(message, setting);
  const head = headEmbed(said, setting);
  const [first, ...rest] = said.sections;
  const opening = first !== undefined && first.heading === null ? joined(head, first) : head;
  const others = opening === head ? said.sections : rest;
  const embeds = [opening, ...others.map((section) => embedOf(section, said.tone))];
  return { embeds: withinAll(embeds), allowed_mentions: { parse: [] } };
}

function headEmbed(said: Rendered, { projectName, at }: MessageSetting): Embed {
  const [link, ...more] = said.links;
  const lines = [said.lead, said.more].filter((line) => line !== null).map((line) => marked(line));
  const links = more.map(({ label, url }) => `[${shorten(label, 75, mark)}](<${url}>)`);
  const description = [...lines, ...links].join('\n');
  return {
    title: shorten(`${MARKS[said.tone]} ${oneLine(said.title)}`, LIMITS.title, mark),
    ...(link === undefined ? {} : { url: link.url }),
    ...(description === '' ? {} : { description }),
    color: COLOURS[said.tone],
    fields: [],
    footer: { text: shorten(oneLine(`LLM Quality Observer · ${projectName}`), 300) },
    timestamp: at,
  };
}

function joined(head: Embed, section: Section): Embed {
  const own = embedOf(section, 'info');
  const description = [head.description, own.description].filter((text) => text !== undefined);
  return {
    ...head,
    ...(description.length === 0 ? {} : { description: description.join('\n') }),
    fields: own.fields,
  };
}

function embedOf(section: Section, tone: Tone): Embed {
  const { heading, sentence, link } = section;
  const facts = section.facts.map(({ label, value }) => ({
    name: filled(shorten(label, LIMITS.name, mark)),
    value: filled(shorten(value, SENTENCE, mark)),
    inline: value.length <= 40,
  }));
  const passages = section.passages.map(({ label, text }) => ({
    name: filled(shorten(label, LIMITS.name, mark)),
    value: filled(shorten(text, PASSAGE, mark)),
    inline: false,
  }));
  return {
    ...(heading === null ? {} : { title: filled(shorten(oneLine(heading), LIMITS.title, mark)) }),
    ...(link === null ? {} : { url: link.url }),
    ...(sentence === null ? {} : { description: marked(sentence) }),
    color: COLOURS[tone],
    fields: [...facts, ...passages].slice(0, LIMITS.fields),
  };
}

/** As many embeds and fields as fit; the first embed comes first. */
function withinAll(embeds: readonly Embed[]): Embed[] {
  const kept: Embed[] = [];
  let left = LIMITS.all;
  for (const embed of embeds.slice(0, LIMITS.embeds)) {
    const { fields, ...rest } = embed;
    left -= sizeOf({ ...rest, fields: [] });
    if (left < 0) break;
    const fitting: Embed['fields'][number][] = [];
    for (const field of fields) {
      const size = field.name.length + field.value.length;
      if (size > left) break;
      left -= size;
      fitting.push(field);
    }
    kept.push({ ...rest, fields: fitting });
  }
  return kept;
}

function sizeOf({ title = '', description = '', footer }: Embed): number {
  return title.length + description.length + (footer?.text.length ?? 0);
}

function marked(text: string): string {
  return shorten(text, SENTENCE, mark);
}

/** What Discord reads as formatting, links and mentions is shown as it is. */
function mark(character: string): string {
  return character.replaceAll(/[\\*_~`|>#[\]<@]/g, '\\$&');
}
