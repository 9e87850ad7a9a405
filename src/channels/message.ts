import type { Alert } from '../contract/alerts.ts';
import type { Language } from '../contract/channels.ts';
import type { Estimate } from '../contract/common.ts';

/** Texts of an interaction as far as a channel may show them; null: left out. */
export interface ShownTexts {
  readonly prompt: string | null;
  readonly response: string | null;
}

/** Alerts that are told together, all in one state. */
export interface AlertMessage {
  readonly kind: 'firing' | 'resolved';
  /** The same for all messages of one incident, so that receivers can put them together. */
  readonly groupKey: string;
  readonly alerts: readonly Alert[];
  /** Why it is told: the first time, again, or because nobody acknowledged. */
  readonly occasion: 'first' | 'again' | 'escalation';
}

/** An interaction scored at or below the threshold (LLM-Quality-Observer's low-quality alert). */
export interface LowQualityMessage {
  readonly kind: 'low_quality';
  readonly interactionId: string;
  /** 1 to 5. */
  readonly score: number;
  readonly threshold: number;
  readonly judge: string;
  readonly label: string | null;
  readonly comment: string | null;
  readonly model: string | null;
  readonly createdAt: string;
  readonly texts: ShownTexts;
  /** How many more of the same run are not told one by one. */
  readonly more: number;
}

/** What one run of evaluation did (LLM-Quality-Observer's batch summary). */
export interface BatchSummaryMessage {
  readonly kind: 'summary';
  readonly evaluated: number;
  readonly failed: number;
  readonly lowQuality: number;
  readonly judgeType: string;
  readonly judge: string;
  /** 1 to 5. */
  readonly average: Estimate;
  readonly finishedAt: string;
}

/** One figure of a digest beside the period before; `better` says which way is good. */
export interface DigestFigure {
  readonly name:
    | 'quality'
    | 'safety'
    | 'volume'
    | 'error_rate'
    | 'latency_p95'
    | 'cost'
    | 'feedback';
  readonly unit: 'score' | 'share' | 'calls' | 'ms' | 'usd';
  readonly current: Estimate;
  readonly before: Estimate;
  readonly better: 'up' | 'down' | 'neither';
  /** Whether the difference is more than chance (95 %); null: not known. */
  readonly changed: boolean | null;
}

export interface DigestMessage {
  readonly kind: 'digest';
  readonly period: 'daily' | 'weekly';
  readonly from: string;
  readonly to: string;
  readonly figures: readonly DigestFigure[];
  /** Slices that explain a change of quality, strongest first. */
  readonly changes: readonly { readonly slice: string; readonly difference: Estimate }[];
  readonly alerts: { readonly fired: number; readonly open: number };
}

/** Somebody pressed the test button. */
export interface TestMessage {
  readonly kind: 'test';
  readonly channel: string;
  readonly by: string;
}

export type Message =
  | AlertMessage
  | LowQualityMessage
  | BatchSummaryMessage
  | DigestMessage
  | TestMessage;

/** Where and how a message is said. */
export interface MessageSetting {
  readonly projectName: string;
  /** For links: pages belong to a project. */
  readonly projectSlug: string;
  readonly language: Language;
  /** Of the dashboard, without a slash at its end: `PUBLIC_URL`. */
  readonly baseUrl: string;
  /** The same for every try at one message, for receivers that can tell repeats apart. */
  readonly messageId: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
}
