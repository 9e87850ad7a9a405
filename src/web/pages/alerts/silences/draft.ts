import { type Matcher, NewSilence, type Silence } from '../../../../contract/alerts.ts';
import type { SilenceBody } from '../../../data/silences.ts';

export const LENGTHS = ['1h', '4h', '1d', '7d', 'custom'] as const;
export type Length = (typeof LENGTHS)[number];

export type Recurrence = NonNullable<Silence['recurrence']>;

const HOUR_MS = 3_600_000;
const LENGTH_MS: Readonly<Record<Exclude<Length, 'custom'>, number>> = {
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
};

export interface MatcherDraft extends Matcher {
  /** Stays while the others come and go. */
  readonly key: number;
}

/** A silence while it is written. */
export interface SilenceDraft {
  readonly matchers: readonly MatcherDraft[];
  readonly length: Length;
  /** As the browser's own field writes it, in local time; only for a length of one's own. */
  readonly until: string;
  readonly recurrence: Recurrence | null;
  readonly comment: string;
}

export function emptyRecurrence(timeZone: string): Recurrence {
  return { weekdays: [6, 7], from: '22:00', to: '06:00', timeZone };
}

export function draftOf(matchers: readonly Matcher[]): SilenceDraft {
  const given = matchers.length === 0 ? [{ label: 'monitor', operator: '=', value: '' }] : matchers;
  return {
    matchers: (given as readonly Matcher[]).map((matcher, key) => ({ ...matcher, key })),
    length: '4h',
    until: '',
    recurrence: null,
    comment: '',
  };
}

function endOf({ length, until }: SilenceDraft, now: number): string | null {
  const at = length === 'custom' ? Date.parse(until) : now + LENGTH_MS[length];
  return Number.isNaN(at) || at <= now ? null : new Date(at).toISOString();
}

/** What is sent, or null while something is missing. */
export function bodyOf(draft: SilenceDraft, now: number): SilenceBody | null {
  const endsAt = endOf(draft, now);
  const body = {
    matchers: draft.matchers.map(({ label, operator, value }) => ({
      label: label.trim(),
      operator,
      value,
    })),
    endsAt,
    recurrence: draft.recurrence,
    comment: draft.comment.trim(),
  };
  return NewSilence.safeParse(body).data ?? null;
}
