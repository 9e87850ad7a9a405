import { defineWebhookChannel, MARKS } from './define-webhook-channel.ts';
import type { Message, MessageSetting } from './message.ts';
import { render } from './render.ts';
import type { Fact, Link, Rendered, Section } from './rendered.ts';
import { filled, oneLine, shorten } from './shorten.ts';

/** Source: docs.slack.dev, Block Kit reference (2026-11). */
const LIMITS = {
  blocks: 50,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  buttons: 25,
  button: 75,
  url: 3000,
  /** Of the whole: beyond it Slack cuts. */
  text: 3000,
};

/** Posts Block Kit messages through an incoming webhook. */
export const slack = defineWebhookChannel({
  kind: 'slack',
  title: 'Slack',
  // The incoming webhook, `https://hooks.slack.com/services/…`.
  urlTitle: 'Webhook URL',
  body: slackBody,
});

/** The message as Block Kit; all that comes from data is plain text, which Slack reads no marks or mentions in. */
export function slackBody(message: Message, setting: MessageSetting): object {
  const said = render(message, setting);
  const title = `${MARKS[said.tone]} ${said.title}`;
  const blocks = [
    { type: 'header', text: plain(title, LIMITS.header) },
    ...paragraph(said.lead),
    ...said.sections.flatMap(sectionBlocks),
    ...paragraph(said.more),
  ].slice(0, LIMITS.blocks - 2);
  return {
    // Shown in notifications, where Slack does read marks.
    text: shorten(oneLine(`${title} ${said.lead ?? ''}`), LIMITS.text, entity),
    link_names: false,
    unfurl_links: false,
    blocks: [...blocks, ...buttons(said.links), footer(said, setting)],
  };
}

function sectionBlocks(section: Section): object[] {
  const fields = section.facts.map(toField);
  const rows: object[] = [];
  for (let at = 0; at < fields.length; at += LIMITS.fields) {
    rows.push({ type: 'section', fields: fields.slice(at, at + LIMITS.fields) });
  }
  return [
    ...(section.heading === null ? [] : [{ type: 'divider' }]),
    ...paragraph(section.heading),
    ...paragraph(section.sentence),
    ...rows,
    ...section.passages.flatMap(({ label, text }) => paragraph(`${label}:\n${text}`)),
    ...(section.link === null ? [] : buttons([section.link])),
  ];
}

function toField({ label, value }: Fact): object {
  return plain(`${label}\n${value}`, LIMITS.field);
}

function paragraph(text: string | null): object[] {
  if (text === null || text.trim() === '') return [];
  return [{ type: 'section', text: plain(text, LIMITS.section) }];
}

function buttons(links: readonly Link[]): object[] {
  const elements = links
    .filter(({ url }) => url.length <= LIMITS.url)
    .slice(0, LIMITS.buttons)
    .map(({ label, url }) => ({ type: 'button', text: plain(label, LIMITS.button), url }));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function footer(_said: Rendered, { projectName, at }: MessageSetting): object {
  const text = `LLM Quality Observer · ${projectName} · ${at}`;
  return { type: 'context', elements: [plain(oneLine(text), LIMITS.field)] };
}

function plain(text: string, limit: number): object {
  return { type: 'plain_text', text: filled(shorten(text, limit)), emoji: false };
}

/** The three characters that begin Slack's own marks, mentions among them. */
function entity(character: string): string {
  return character.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
