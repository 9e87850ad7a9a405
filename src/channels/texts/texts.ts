import type { AlertReason } from '../../contract/alerts.ts';
import type { MonitorMetric, Severity } from '../../contract/monitors.ts';
import type { DigestFigure } from '../message.ts';

/** What a reason's sentence is made of; numbers are written already, with their intervals. */
export interface ReasonParts {
  readonly metric: string;
  readonly current: string;
  /** Null without one. */
  readonly against: string | null;
  readonly subject: string;
}

/** Everything a language says in messages. Functions get texts that are written for the language already. */
export interface Texts {
  /** For numbers: BCP 47. */
  readonly locale: string;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly metrics: Readonly<Record<MonitorMetric['kind'], string>>;
  readonly anyMetric: string;
  readonly reasons: Readonly<Record<AlertReason['kind'], (parts: ReasonParts) => string>>;
  readonly facts: {
    readonly severity: string;
    readonly current: string;
    readonly against: string;
    readonly since: string;
    readonly ended: string;
    readonly lasted: string;
    readonly changedAt: string;
    readonly subject: string;
    readonly labels: string;
    readonly note: string;
    readonly score: string;
    readonly threshold: string;
    readonly judge: string;
    readonly judgeType: string;
    readonly label: string;
    readonly model: string;
    readonly created: string;
    readonly finished: string;
    readonly interaction: string;
    readonly prompt: string;
    readonly response: string;
    readonly comment: string;
    readonly evaluated: string;
    readonly failed: string;
    readonly lowQuality: string;
    readonly average: string;
    readonly period: string;
    readonly alerts: string;
    readonly channel: string;
  };
  readonly links: {
    readonly alert: string;
    readonly alerts: string;
    readonly interaction: string;
    readonly evaluations: string;
    readonly dashboard: string;
    readonly runbook: string;
  };
  readonly alerts: {
    firing(name: string): string;
    firingMany(count: string): string;
    resolved(name: string): string;
    resolvedMany(count: string): string;
    readonly again: string;
    readonly escalation: string;
    more(count: string): string;
  };
  readonly lowQuality: {
    title(score: string): string;
    lead(threshold: string): string;
    more(count: string): string;
  };
  readonly summary: { title(count: string): string };
  readonly digest: {
    readonly daily: string;
    readonly weekly: string;
    readonly figures: Readonly<Record<DigestFigure['name'], string>>;
    before(value: string): string;
    readonly better: string;
    readonly worse: string;
    readonly changed: string;
    readonly unchanged: string;
    readonly unsure: string;
    readonly changes: string;
    alerts(fired: string, open: string): string;
  };
  readonly test: { readonly title: string; lead(channel: string, by: string): string };
  /** A number with the interval that holds it at 95 %. */
  estimate(value: string, interval: string, n: string): string;
  /** Too few observations for an interval. */
  few(value: string, n: string): string;
  unknown(n: string): string;
}
