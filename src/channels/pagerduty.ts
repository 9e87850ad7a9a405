import { z } from 'zod';
import type { Alert } from '../contract/alerts.ts';
import type { ChannelTools } from './channel.ts';
import { defineChannel } from './define-channel.ts';
import type { AlertMessage, Message, MessageSetting } from './message.ts';
import { alertUrl, pageUrl } from './page-links.ts';
import { postJson } from './post-json.ts';
import { reasonSentence } from './render.ts';
import { filled, oneLine, shorten } from './shorten.ts';
import { textsOf } from './texts/texts-of.ts';

/** Source: developer.pagerduty.com, Events API v2 (2026-11). */
const LIMITS = { summary: 1024, dedupKey: 255, source: 255, detail: 1024 };

const options = z.strictObject({
  /** Of an integration "Events API v2" of a service. */
  routingKey: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{16,64}$/, 'the 32 characters of an Events API v2 integration')
    .meta({ title: 'Integration key' }),
  /** `https://events.eu.pagerduty.com/v2/enqueue` for accounts in Europe. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .default('https://events.pagerduty.com/v2/enqueue')
    .meta({ title: 'URL of the Events API' }),
});

/** Triggers and resolves incidents, one an alert. */
export const pagerduty = defineChannel({
  kind: 'pagerduty',
  title: 'PagerDuty',
  options,
  secrets: ['routingKey'],
  tells: 'alerts',
  addresses: ({ url }) => [{ field: 'url', url }],
  // One after the other; when one fails all are sent again, and PagerDuty knows them by their keys.
  send: (message, { routingKey, url }, { setting, tools }) =>
    sendAll(pagerdutyEvents(message, setting, routingKey), url, tools),
});

async function sendAll(events: readonly object[], url: string, tools: ChannelTools): Promise<void> {
  for (const event of events) {
    await postJson(tools, { title: 'PagerDuty', url, body: JSON.stringify(event) });
  }
}

/** The events of a message, in order; none for reports. A test is triggered and resolved at once. */
export function pagerdutyEvents(
  message: Message,
  setting: MessageSetting,
  routingKey: string,
): object[] {
  if (message.kind === 'test') return testEvents(message.channel, setting, routingKey);
  if (message.kind !== 'firing' && message.kind !== 'resolved') return [];
  return message.alerts.map((alert) => ({
    routing_key: routingKey,
    event_action: message.kind === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: `lqo-${alert.id}`.slice(0, LIMITS.dedupKey),
    payload: payloadOf(alert, message, setting),
    links: linksOf(alert, setting),
    client: 'LLM Quality Observer',
    client_url: alertUrl(setting, alert.id),
  }));
}

/** PagerDuty has no grades below `info`, and `error` between ours. */
function payloadOf(alert: Alert, message: AlertMessage, setting: MessageSetting): object {
  const sentence = reasonSentence(alert, textsOf(setting.language));
  const labels = Object.entries(alert.labels).map(([name, value]) => [
    shorten(name, LIMITS.source),
    shorten(value, LIMITS.detail),
  ]);
  return {
    summary: shorten(oneLine(`${alert.name}: ${sentence}`), LIMITS.summary),
    source: sourceOf(alert.subject.trim() === '' ? setting.projectName : alert.subject),
    severity: alert.severity,
    timestamp: message.kind === 'resolved' ? setting.at : alert.startedAt,
    group: shorten(setting.projectSlug, LIMITS.source),
    class: alert.reason.kind,
    custom_details: { ...Object.fromEntries(labels), reason: sentence },
  };
}

function sourceOf(text: string): string {
  return filled(shorten(oneLine(text), LIMITS.source));
}

function linksOf(alert: Alert, setting: MessageSetting): object[] {
  const { links } = textsOf(setting.language);
  const own = { href: alertUrl(setting, alert.id), text: links.alert };
  return alert.runbookUrl === null ? [own] : [own, { href: alert.runbookUrl, text: links.runbook }];
}

function testEvents(channel: string, setting: MessageSetting, routingKey: string): object[] {
  const event = {
    routing_key: routingKey,
    dedup_key: `lqo-test-${setting.messageId}`,
    payload: {
      summary: shorten(
        oneLine(`${textsOf(setting.language).test.title}: ${channel}`),
        LIMITS.summary,
      ),
      source: sourceOf(setting.projectName),
      severity: 'info',
      timestamp: setting.at,
    },
    client: 'LLM Quality Observer',
    client_url: pageUrl(setting, '/settings/channels'),
  };
  return [
    { ...event, event_action: 'trigger' },
    { ...event, event_action: 'resolve' },
  ];
}
