import { defineWebhookChannel } from './define-webhook-channel.ts';
import type { Message, MessageSetting } from './message.ts';
import { render } from './render.ts';
import type { Link, Section, Tone } from './rendered.ts';
import { filled, oneLine, shorten } from './shorten.ts';

/** Source: learn.microsoft.com, webhooks and connectors: 28 KB a message (2026-11); the rest is room for envelopes. */
const MAX_BYTES = 26_000;
const TEXT = 1_500;
const TITLE = 250;
const COLOURS: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  warning: 'warning',
  info: 'accent',
  good: 'good',
};

/** Posts Adaptive Cards through a workflow's webhook. */
export const teams = defineWebhookChannel({
  kind: 'teams',
  title: 'Microsoft Teams',
  // The address of the workflow "When a Teams webhook request is received".
  urlTitle: 'Workflow URL',
  body: teamsBody,
});

/**
 * The message as an Adaptive Card below Teams' size limit. Data stands in text runs, which know no Markdown and no
 * mentions.
 */
export function teamsBody(message: Message, setting: MessageSetting): object {
  const said = render(message, setting);
  const head = [
    line([
      run(
        oneLine(said.title),
        { weight: 'bolder', size: 'large', color: COLOURS[said.tone] },
        TITLE,
      ),
    ]),
    ...sentence(said.lead),
  ];
  const foot = [
    ...sentence(said.more),
    line([
      run(oneLine(`LLM Quality Observer · ${setting.projectName} · ${setting.at}`), {
        isSubtle: true,
        size: 'small',
      }),
    ]),
  ];
  const rows = said.sections.flatMap(sectionRows);
  const card = (shown: number): object =>
    cardOf([...head, ...rows.slice(0, shown), ...foot], said.links);
  let shown = rows.length;
  while (shown > 0 && bytesOf(card(shown)) > MAX_BYTES) shown -= 1;
  return card(shown);
}

function cardOf(body: readonly object[], links: readonly Link[]): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
          actions: links.map(({ label, url }) => ({
            type: 'Action.OpenUrl',
            title: shorten(label, 80),
            url,
          })),
        },
      },
    ],
  };
}

function sectionRows({ heading, sentence: said, facts, passages, link }: Section): object[] {
  return [
    ...(heading === null
      ? []
      : [{ ...line([run(oneLine(heading), { weight: 'bolder' }, TITLE)]), separator: true }]),
    ...sentence(said),
    ...facts.map(({ label, value }) =>
      line([run(`${label}: `, { weight: 'bolder' }, TITLE), run(value, {})]),
    ),
    ...passages.flatMap(({ label, text }) => [
      line([run(label, { isSubtle: true }, TITLE)]),
      line([run(text, {})]),
    ]),
    ...(link === null
      ? []
      : [
          {
            type: 'ActionSet',
            actions: [{ type: 'Action.OpenUrl', title: shorten(link.label, 80), url: link.url }],
          },
        ]),
  ];
}

function sentence(text: string | null): object[] {
  return text === null ? [] : [line([run(text, {})])];
}

function line(inlines: readonly object[]): {
  readonly type: 'RichTextBlock';
  inlines: readonly object[];
} {
  return { type: 'RichTextBlock', inlines };
}

function run(text: string, style: Readonly<Record<string, unknown>>, limit = TEXT): object {
  return { type: 'TextRun', text: filled(shorten(text, limit)), ...style };
}

function bytesOf(body: object): number {
  return Buffer.byteLength(JSON.stringify(body));
}
