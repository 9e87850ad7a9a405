import type { Alert } from '../contract/alerts.ts';
import type { AlertMessage, Message, MessageSetting } from './message.ts';
import { alertUrl, pageUrl } from './page-links.ts';
import { renderDigest, renderLowQuality, renderSummary } from './render-reports.ts';
import type { Fact, Link, Rendered, Section, Tone } from './rendered.ts';
import type { ReasonParts, Texts } from './texts/texts.ts';
import { textsOf } from './texts/texts-of.ts';
import { writeDuration, writeEstimate, writeNumber, writeTime } from './write-figures.ts';

/** Alerts of one message that are told with their figures; the rest is counted. */
const MAX_SECTIONS = 8;

/** What a message says in its language, in parts that every channel lays out in its own way. */
export function render(message: Message, setting: MessageSetting): Rendered {
  const texts = textsOf(setting.language);
  switch (message.kind) {
    case 'firing':
    case 'resolved':
      return renderAlerts(message, setting, texts);
    case 'low_quality':
      return renderLowQuality(message, setting, texts);
    case 'summary':
      return renderSummary(message, setting, texts);
    case 'digest':
      return renderDigest(message, setting, texts);
    case 'test':
      return {
        title: texts.test.title,
        tone: 'info',
        lead: texts.test.lead(message.channel, message.by),
        sections: [],
        more: null,
        links: [{ label: texts.links.dashboard, url: pageUrl(setting, '/') }],
      };
  }
}

function renderAlerts(message: AlertMessage, setting: MessageSetting, texts: Texts): Rendered {
  const { alerts, kind } = message;
  const [first] = alerts;
  const single = alerts.length === 1 && first !== undefined;
  const hidden = alerts.length - MAX_SECTIONS;
  const sections = alerts
    .slice(0, MAX_SECTIONS)
    .map((alert) => sectionOf(alert, { setting, texts, single }));
  return {
    title: single ? oneTitle(first, kind, texts) : manyTitle(alerts.length, kind, texts),
    tone: toneOf(message),
    lead: leadOf(message, texts),
    sections,
    more: hidden > 0 ? texts.alerts.more(writeNumber(hidden, 'records', texts)) : null,
    links: single ? linksOf(first, setting, texts) : [listLink(setting, texts)],
  };
}

function oneTitle({ name }: Alert, kind: AlertMessage['kind'], { alerts }: Texts): string {
  return kind === 'firing' ? alerts.firing(name) : alerts.resolved(name);
}

function manyTitle(count: number, kind: AlertMessage['kind'], texts: Texts): string {
  const said = writeNumber(count, 'records', texts);
  return kind === 'firing' ? texts.alerts.firingMany(said) : texts.alerts.resolvedMany(said);
}

function toneOf({ kind, alerts }: AlertMessage): Tone {
  if (kind === 'resolved') return 'good';
  if (alerts.some(({ severity }) => severity === 'critical')) return 'critical';
  return alerts.some(({ severity }) => severity === 'warning') ? 'warning' : 'info';
}

function leadOf({ occasion, kind }: AlertMessage, { alerts }: Texts): string | null {
  if (kind === 'resolved' || occasion === 'first') return null;
  return occasion === 'again' ? alerts.again : alerts.escalation;
}

function listLink(setting: MessageSetting, texts: Texts): Link {
  return { label: texts.links.alerts, url: pageUrl(setting, '/alerts') };
}

function linksOf(alert: Alert, setting: MessageSetting, { links }: Texts): Link[] {
  const own = { label: links.alert, url: alertUrl(setting, alert.id) };
  const { runbookUrl } = alert;
  return runbookUrl === null ? [own] : [own, { label: links.runbook, url: runbookUrl }];
}

function sectionOf(
  alert: Alert,
  of: { readonly setting: MessageSetting; readonly texts: Texts; readonly single: boolean },
): Section {
  const { setting, texts, single } = of;
  return {
    heading: single ? null : alert.name,
    sentence: reasonSentence(alert, texts),
    facts: factsOf(alert, texts),
    passages: [],
    link: single ? null : { label: texts.links.alert, url: alertUrl(setting, alert.id) },
  };
}

/** Why the alert fired, with numbers, as one sentence. */
export function reasonSentence(
  { reason, subject, name }: Pick<Alert, 'reason' | 'subject' | 'name'>,
  texts: Texts,
): string {
  const parts: ReasonParts = {
    metric: metricName(reason.metric, texts),
    current: writeEstimate(reason.current, reason.unit, texts),
    against: reason.against === null ? null : writeNumber(reason.against, reason.unit, texts),
    subject: subject === '' ? name : subject,
  };
  return texts.reasons[reason.kind](parts);
}

function metricName(kind: string | null, texts: Texts): string {
  if (kind === null || !Object.hasOwn(texts.metrics, kind)) return texts.anyMetric;
  return texts.metrics[kind as keyof Texts['metrics']];
}

function factsOf(alert: Alert, texts: Texts): Fact[] {
  const { facts } = texts;
  const labels = Object.entries(alert.labels)
    .filter(([name]) => name !== 'severity' && name !== 'monitor')
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  const optional = (label: string, value: string | null): Fact[] =>
    value === null || value === '' ? [] : [{ label, value }];
  return [
    { label: facts.severity, value: texts.severities[alert.severity] },
    { label: facts.since, value: writeTime(alert.startedAt) },
    ...optional(facts.changedAt, alert.changedAt === null ? null : writeTime(alert.changedAt)),
    ...optional(facts.ended, alert.endedAt === null ? null : writeTime(alert.endedAt)),
    ...(alert.endedAt === null
      ? []
      : [{ label: facts.lasted, value: writeDuration(alert.durationSeconds, texts) }]),
    ...optional(facts.subject, alert.subject),
    ...optional(facts.labels, labels),
    ...optional(facts.note, alert.note),
  ];
}
