import type { ChannelKind } from '../contract/channels.ts';
import { alertmanager } from './alertmanager.ts';
import type { Channel } from './channel.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

const SHELF = { slack, discord, email, webhook, alertmanager, pagerduty, teams } as const;

/** Every channel, in the order in which people are offered them. */
export const CHANNELS: readonly Channel[] = Object.values(SHELF);

/** The channel of a kind. */
export function channelOf(kind: ChannelKind): Channel {
  return SHELF[kind];
}
