import type { z } from 'zod';
import type {
  Channel,
  ChannelCatalogEntry,
  ChannelChange,
  ChannelKind,
  NewChannel,
} from '../../../../contract/channels.ts';
import type { JsonObject } from '../../../ui/schema-fields.ts';

/** A channel as it is being edited. Secrets are apart: they are entered and never shown. */
export interface ChannelDraft {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly language: Channel['language'];
  readonly enabled: boolean;
  readonly texts: Channel['texts'];
  readonly lowQuality: boolean;
  readonly batchSummary: boolean;
  readonly digest: Channel['digest'];
  readonly perMinute: number | null;
  /** Null: JSON that is no object at the moment. */
  readonly options: JsonObject | null;
  /** Entered ones; empty: left as they are. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a new channel begins with. */
export function draftOfKind(kind: ChannelKind, language: Channel['language']): ChannelDraft {
  return {
    name: '',
    kind,
    language,
    enabled: true,
    texts: 'masked',
    lowQuality: false,
    batchSummary: false,
    digest: 'none',
    perMinute: 20,
    options: {},
    secrets: {},
  };
}

/** A channel that is there already. */
export function draftOfChannel(channel: Channel, { secrets }: ChannelCatalogEntry): ChannelDraft {
  const { name, kind, language, enabled, texts, lowQuality, batchSummary, digest } = channel;
  const open = Object.entries(channel.options).filter(([option]) => !secrets.includes(option));
  return {
    ...{ name, kind, language, enabled, texts, lowQuality, batchSummary, digest },
    perMinute: channel.perMinute,
    options: Object.fromEntries(open),
    secrets: {},
  };
}

function settingsOf(draft: ChannelDraft, entry: ChannelCatalogEntry) {
  const { name, language, enabled, texts } = draft;
  const reports = entry.tells === 'everything';
  return {
    ...{ name, language, enabled, texts },
    lowQuality: reports && draft.lowQuality,
    batchSummary: reports && draft.batchSummary,
    digest: reports ? draft.digest : ('none' as const),
    perMinute: draft.perMinute ?? 20,
    options: { ...draft.options, ...enteredSecrets(draft, entry) },
  };
}

function enteredSecrets(draft: ChannelDraft, { secrets }: ChannelCatalogEntry): JsonObject {
  const entered = Object.entries(draft.secrets);
  return Object.fromEntries(
    entered.filter(([name, text]) => secrets.includes(name) && text !== ''),
  );
}

export function newChannelOf(
  draft: ChannelDraft,
  entry: ChannelCatalogEntry,
): z.input<typeof NewChannel> {
  return { ...settingsOf(draft, entry), kind: draft.kind };
}

export function channelChangeOf(draft: ChannelDraft, entry: ChannelCatalogEntry): ChannelChange {
  return settingsOf(draft, entry);
}

/** The schema without its secrets, which have fields of their own. */
export function openSchema({ options, secrets }: ChannelCatalogEntry): JsonObject {
  const { properties } = options;
  if (typeof properties !== 'object' || properties === null) return options;
  const open = Object.entries(properties).filter(([name]) => !secrets.includes(name));
  return { ...options, properties: Object.fromEntries(open) };
}

/** Whether there is something to say beside the secrets. */
export function hasOpenOptions(entry: ChannelCatalogEntry): boolean {
  const { properties } = openSchema(entry);
  return (
    typeof properties === 'object' && properties !== null && Object.keys(properties).length > 0
  );
}

/** Whether the kind cannot do without a secret. */
export function isNeeded({ options }: ChannelCatalogEntry, secret: string): boolean {
  const { required } = options;
  return Array.isArray(required) && required.includes(secret);
}
