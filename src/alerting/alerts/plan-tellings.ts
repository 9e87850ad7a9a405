import type { AlertRow } from './alert-row.ts';
import { groupKeyOf, inMessages } from './group-alerts.ts';
import { quietMs } from './lifecycle.ts';

/** How long alerts that are grouped wait for others of their group. */
export const GROUP_WAIT_MS = 30_000;
const MINUTE_MS = 60_000;

/** An alert as far as telling goes. */
export type PlannedAlert = Pick<
  AlertRow,
  'id' | 'state' | 'labels' | 'notify' | 'fired_at' | 'episode' | 'escalated_at' | 'silence_id'
>;

/** What a channel was told of an alert so far. */
export interface Told {
  readonly alertId: string;
  readonly channelId: string;
  /** When a message of this episode was first written that was not given up; null: only of earlier ones. */
  readonly firstMs: number | null;
  /** When the last message of any episode arrived (or was given up, or was written). */
  readonly lastMs: number;
  /** A message is still on its way. */
  readonly waiting: boolean;
}

export interface TellingSituation {
  readonly nowMs: number;
  /** Open alerts of one project that fired. */
  readonly alerts: readonly PlannedAlert[];
  readonly told: readonly Told[];
  /** Channels that are switched on, by name. */
  readonly channels: ReadonlyMap<string, string>;
  /** The silence that keeps these labels quiet now; null without one. */
  silencing(labels: Readonly<Record<string, string>>): string | null;
}

export type Occasion = 'first' | 'again' | 'escalation';

export interface PlannedMessage {
  readonly channelId: string;
  readonly groupKey: string;
  readonly occasion: Occasion;
  /** Oldest firing first. */
  readonly alertIds: readonly string[];
  /** The same for the same situation. */
  readonly basis: readonly (readonly [id: string, episode: number, lastMs: number | null])[];
}

/** What has to happen to a project's alerts by now. */
export interface TellingPlan {
  readonly silence: readonly { readonly alertId: string; readonly silenceId: string }[];
  /** Ids of alerts whose silence is over. */
  readonly unsilence: readonly string[];
  readonly escalate: readonly { readonly alertId: string; readonly channels: readonly string[] }[];
  readonly messages: readonly PlannedMessage[];
}

/**
 * Decides who has to be told what. Holds: a channel is told of an alert again only after its re-notify interval since
 * the last message arrived, and never while one is on its way; silenced and acknowledged alerts are not told; alerts of
 * a group that fire within the group wait are told in one message.
 */
export function planTellings(situation: TellingSituation): TellingPlan {
  const { silence, unsilence, loud } = silencesOf(situation);
  const told = Map.groupBy(situation.told, ({ alertId }) => alertId);
  const toldOf = (alert: PlannedAlert): readonly Told[] => told.get(alert.id) ?? [];
  const escalate = loud.flatMap((alert) => {
    const channels = escalationOf(situation, alert, toldOf(alert));
    return channels === null ? [] : [{ alertId: alert.id, channels }];
  });
  const escalated = new Set(escalate.map(({ alertId }) => alertId));
  const wanted = loud.flatMap((alert) =>
    wantedOf(situation, { alert, told: toldOf(alert), escalatesNow: escalated.has(alert.id) }),
  );
  return { silence, unsilence, escalate, messages: inGroups(wanted, situation.nowMs) };
}

function silencesOf({ alerts, silencing }: TellingSituation): {
  silence: TellingPlan['silence'];
  unsilence: TellingPlan['unsilence'];
  loud: readonly PlannedAlert[];
} {
  const judged = alerts
    .filter(({ state }) => state === 'firing' || state === 'silenced')
    .map((alert) => ({ alert, silenceId: silencing(alert.labels) }));
  return {
    silence: judged.flatMap(({ alert, silenceId }) =>
      silenceId === null || (alert.state === 'silenced' && alert.silence_id === silenceId)
        ? []
        : [{ alertId: alert.id, silenceId }],
    ),
    unsilence: judged.flatMap(({ alert, silenceId }) =>
      silenceId === null && alert.state === 'silenced' ? [alert.id] : [],
    ),
    loud: judged.flatMap(({ alert, silenceId }) => (silenceId === null ? [alert] : [])),
  };
}

/** The further channels when nobody acknowledged in time; null when it is not (or no more) the time. */
function escalationOf(
  { nowMs }: TellingSituation,
  alert: PlannedAlert,
  told: readonly Told[],
): readonly string[] | null {
  const { escalation } = alert.notify;
  if (escalation === null || alert.escalated_at !== null) return null;
  const first = told.flatMap(({ firstMs }) => firstMs ?? []);
  // Where nobody could be told, time runs from the firing itself.
  const fromMs = first.length > 0 ? Math.min(...first) : (alert.fired_at?.getTime() ?? nowMs);
  return nowMs >= fromMs + escalation.afterMinutes * MINUTE_MS ? escalation.channels : null;
}

interface Wanted {
  readonly alert: PlannedAlert;
  readonly channelId: string;
  readonly occasion: Occasion;
  readonly dueMs: number;
  readonly lastMs: number | null;
}

function wantedOf(
  { nowMs, channels }: TellingSituation,
  of: {
    readonly alert: PlannedAlert;
    readonly told: readonly Told[];
    readonly escalatesNow: boolean;
  },
): Wanted[] {
  const { alert, told, escalatesNow } = of;
  const isEscalated = escalatesNow || alert.escalated_at !== null;
  const further = isEscalated ? (alert.notify.escalation?.channels ?? []) : [];
  const named = new Set(alert.notify.channels);
  return [...new Set([...named, ...further])].flatMap((name) => {
    const channelId = channels.get(name);
    if (channelId === undefined) return [];
    const past = told.find((one) => one.channelId === channelId) ?? null;
    const due = dueOf(alert, past);
    if (due === null) return [];
    const occasion = named.has(name) || past !== null ? due.occasion : 'escalation';
    const dueMs = occasion === 'escalation' ? nowMs : due.atMs;
    return [{ alert, channelId, occasion, dueMs, lastMs: past?.lastMs ?? null }];
  });
}

/** When a channel has to be told of an alert; null: not any more, or a message is on its way. */
function dueOf(
  alert: PlannedAlert,
  past: Told | null,
): { readonly atMs: number; readonly occasion: 'first' | 'again' } | null {
  if (past === null) {
    const waitMs = alert.notify.groupBy.length > 0 ? GROUP_WAIT_MS : 0;
    return { atMs: (alert.fired_at?.getTime() ?? 0) + waitMs, occasion: 'first' };
  }
  if (past.waiting) return null;
  if (past.firstMs !== null && alert.notify.renotifyMinutes === null) return null;
  return { atMs: past.lastMs + quietMs(alert.notify), occasion: 'again' };
}

/** Messages by channel, group and occasion. Where one alert of a group is told first, those that still wait join it. */
function inGroups(wanted: readonly Wanted[], nowMs: number): PlannedMessage[] {
  const groups = Map.groupBy(
    wanted.map((one) => ({ ...one, groupKey: groupKeyOf(one.alert) })),
    ({ channelId, groupKey, occasion }) => JSON.stringify([channelId, groupKey, occasion]),
  );
  return [...groups.values()].flatMap((members) => {
    const isDue = members.some(({ dueMs }) => dueMs <= nowMs);
    if (!isDue) return [];
    const together = members
      .filter(({ dueMs, occasion }) => dueMs <= nowMs || occasion === 'first')
      .sort(
        (one, other) => firedMs(one) - firedMs(other) || (one.alert.id < other.alert.id ? -1 : 1),
      );
    return inMessages(together).flatMap((some) => {
      const [first] = some;
      if (first === undefined) return [];
      const { channelId, groupKey, occasion } = first;
      const alertIds = some.map(({ alert }) => alert.id);
      const basis = some.map(({ alert, lastMs }) => [alert.id, alert.episode, lastMs] as const);
      return [{ channelId, groupKey, occasion, alertIds, basis }];
    });
  });
}

function firedMs({ alert }: Wanted): number {
  return alert.fired_at?.getTime() ?? 0;
}
