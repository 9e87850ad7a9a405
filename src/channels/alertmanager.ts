import { z } from 'zod';
import type { Alert } from '../contract/alerts.ts';
import { defineChannel } from './define-channel.ts';
import type { AlertMessage, Message, MessageSetting } from './message.ts';
import { alertUrl } from './page-links.ts';
import { postJson } from './post-json.ts';
import { reasonSentence } from './render.ts';
import { filled, oneLine, shorten } from './shorten.ts';
import { textsOf } from './texts/texts-of.ts';

const HOUR_MS = 3_600_000;
const LABEL_CHARACTERS = 512;
const ANNOTATION_CHARACTERS = 4_000;
const TEST_MS = 60_000;

const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .meta({ title: 'URL of the Alertmanager' }),
  user: z.string().max(254).optional().meta({ title: 'User name' }),
  password: z.string().max(1_024).optional().meta({ title: 'Password' }),
  /** Instead of user name and password. */
  token: z
    .string()
    .max(2_000)
    .regex(/^[\x21-\x7e]*$/)
    .optional()
    .meta({ title: 'Bearer token' }),
  /** An alert that nobody resolves (this program was gone) ends there after so long. */
  expireHours: z
    .number()
    .int()
    .min(1)
    .max(720)
    .default(24)
    .meta({ title: 'Ends by itself after hours' }),
});

/** Hands alerts to Prometheus' Alertmanager (API v2), which routes them further; resolves end them there. */
export const alertmanager = defineChannel({
  kind: 'alertmanager',
  title: 'Alertmanager',
  options,
  secrets: ['password', 'token'],
  tells: 'alerts',
  addresses: ({ url }) => [{ field: 'url', url }],
  send: async (message, { url, user, password, token, expireHours }, { setting, tools }) => {
    const alerts = alertmanagerBody(message, setting, expireHours);
    if (alerts.length === 0) return;
    const basic = `Basic ${Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64')}`;
    const authorization = token === undefined ? basic : `Bearer ${token}`;
    await postJson(tools, {
      title: 'Alertmanager',
      url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
      body: JSON.stringify(alerts),
      headers: token === undefined && user === undefined ? {} : { authorization },
    });
  },
});

/** What Alertmanager's `POST /api/v2/alerts` takes: one entry an alert; empty for reports. */
export function alertmanagerBody(
  message: Message,
  setting: MessageSetting,
  expireHours: number,
): object[] {
  if (message.kind === 'test') return [testAlert(message.channel, setting)];
  if (message.kind !== 'firing' && message.kind !== 'resolved') return [];
  return message.alerts.map((alert) => entryOf(alert, message, { setting, expireHours }));
}

function entryOf(
  alert: Alert,
  message: AlertMessage,
  { setting, expireHours }: { readonly setting: MessageSetting; readonly expireHours: number },
): object {
  const texts = textsOf(setting.language);
  const expires = new Date(Date.parse(setting.at) + expireHours * HOUR_MS).toISOString();
  const annotations = {
    summary: filled(oneLine(alert.name)),
    description: reasonSentence(alert, texts),
    ...(alert.note === null || alert.note === '' ? {} : { note: alert.note }),
    ...(alert.runbookUrl === null ? {} : { runbook_url: alert.runbookUrl }),
  };
  return {
    labels: labelsOf(alert, setting),
    annotations: shortened(annotations, ANNOTATION_CHARACTERS),
    startsAt: alert.startedAt,
    endsAt: message.kind === 'resolved' ? (alert.endedAt ?? setting.at) : expires,
    generatorURL: alertUrl(setting, alert.id),
  };
}

/** The same while an alert fires and when it resolves: they are its identity in Alertmanager. */
function labelsOf(alert: Alert, { projectSlug }: MessageSetting): Record<string, string> {
  const own = Object.entries(alert.labels).map(([name, value]) => [labelName(name), value]);
  return shortened(
    {
      ...Object.fromEntries(own),
      alertname: filled(oneLine(alert.name)),
      severity: alert.severity,
      project: projectSlug,
      ...(alert.subject === '' ? {} : { subject: alert.subject }),
    },
    LABEL_CHARACTERS,
  );
}

function labelName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)|^$/, '_');
}

/** Empty labels are no labels to Alertmanager. */
function shortened(texts: Record<string, string>, limit: number): Record<string, string> {
  const entries = Object.entries(texts).map(
    ([name, text]) => [name, shorten(oneLine(text), limit)] as const,
  );
  return Object.fromEntries(entries.filter(([, text]) => text.trim() !== ''));
}

function testAlert(channel: string, setting: MessageSetting): object {
  const { test } = textsOf(setting.language);
  return {
    labels: shortened(
      {
        alertname: 'LLMQualityObserverTest',
        severity: 'info',
        project: setting.projectSlug,
        channel,
      },
      LABEL_CHARACTERS,
    ),
    annotations: { summary: test.title },
    startsAt: setting.at,
    endsAt: new Date(Date.parse(setting.at) + TEST_MS).toISOString(),
    generatorURL: `${setting.baseUrl}/alerts`,
  };
}
