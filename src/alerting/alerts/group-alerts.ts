import { hash } from 'node:crypto';
import type { Notify } from './alert-row.ts';

/** Alerts of one message at most; receivers shorten what they cannot show. */
const MESSAGE_ALERTS = 50;

/**
 * What alerts that are told together have in common: the values of the labels they are grouped by, a missing one being
 * empty. An alert that is grouped by nothing is a group of its own.
 */
export function groupKeyOf(alert: {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly notify: Pick<Notify, 'groupBy'>;
}): string {
  const { groupBy } = alert.notify;
  if (groupBy.length === 0) return `alert:${alert.id}`;
  const values = [...new Set(groupBy)]
    .sort((one, other) => (one < other ? -1 : 1))
    .map((label) => [label, alert.labels[label] ?? '']);
  return `group:${digest(values)}`;
}

/** A short name for a value, the same for equal ones. */
export function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value)).slice(0, 32);
}

/** Cuts what is told together into messages of bounded size. */
export function inMessages<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / MESSAGE_ALERTS);
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * MESSAGE_ALERTS, (at + 1) * MESSAGE_ALERTS),
  );
}
