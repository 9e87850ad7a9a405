import { z } from 'zod';
import { Id, page, Time } from './common.ts';

export const ChannelKind = z.enum([
  'slack',
  'discord',
  'email',
  'webhook',
  'alertmanager',
  'pagerduty',
  'teams',
]);
export type ChannelKind = z.infer<typeof ChannelKind>;

export const Language = z.enum(['en', 'ko', 'ja', 'zh']);
export type Language = z.infer<typeof Language>;

const settings = {
  name: z.string().trim().min(1).max(128),
  kind: ChannelKind,
  language: Language,
  enabled: z.boolean(),
  /** What of prompts and answers is sent: nothing, texts with personal data hidden, or texts as they are. */
  texts: z.enum(['none', 'masked', 'full']),
  /** Told when an interaction is scored at or below the threshold. */
  lowQuality: z.boolean(),
  /** Told after each run of evaluation that evaluated something. */
  batchSummary: z.boolean(),
  digest: z.enum(['none', 'daily', 'weekly']),
  /** Messages a minute at most; more wait. */
  perMinute: z.number().int().min(1).max(600),
};

/** `POST /api/v1/channels`. `options` by kind: `GET /api/v1/catalog` has their JSON Schemas. */
export const NewChannel = z.strictObject({
  ...settings,
  language: settings.language.default('en'),
  enabled: settings.enabled.default(true),
  texts: settings.texts.default('masked'),
  lowQuality: settings.lowQuality.default(false),
  batchSummary: settings.batchSummary.default(false),
  digest: settings.digest.default('none'),
  perMinute: settings.perMinute.default(20),
  options: z.record(z.string(), z.unknown()),
});
export type NewChannel = z.infer<typeof NewChannel>;

/** `PATCH /api/v1/channels/{id}`; secret options that are left out stay. */
export const ChannelChange = z.strictObject({
  name: settings.name.optional(),
  language: settings.language.optional(),
  enabled: settings.enabled.optional(),
  texts: settings.texts.optional(),
  lowQuality: settings.lowQuality.optional(),
  batchSummary: settings.batchSummary.optional(),
  digest: settings.digest.optional(),
  perMinute: settings.perMinute.optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});
export type ChannelChange = z.infer<typeof ChannelChange>;

export const Channel = z.object({
  id: Id,
  ...settings,
  /** Without secrets: those are `true` when set. */
  options: z.record(z.string(), z.unknown()),
  /** `environment`: made from variables at every start. */
  managedBy: z.enum(['api', 'environment']),
  createdAt: Time,
  updatedAt: Time,
  /** Of the last 24 hours. */
  delivered: z.number().int(),
  waiting: z.number().int(),
  dead: z.number().int(),
  lastDeliveredAt: Time.nullable(),
  /** The last failure, if nothing was delivered since. */
  problem: z.string().nullable(),
});
export type Channel = z.infer<typeof Channel>;
export const ChannelPage = page(Channel);

/** `POST /api/v1/channels/{id}/test` sends at once and answers what the receiver said. */
export const ChannelTested = z.object({
  ok: z.boolean(),
  /** Milliseconds. */
  latencyMs: z.number(),
  /** What went wrong and what to do; null when it worked. */
  problem: z.string().nullable(),
});

/** A kind of channel in `GET /api/v1/catalog`. */
export const ChannelCatalogEntry = z.object({
  kind: ChannelKind,
  title: z.string(),
  /** JSON Schema. */
  options: z.record(z.string(), z.unknown()),
  /** Options that are kept sealed and never shown. */
  secrets: z.array(z.string()),
  /** `alerts`: takes no low quality, summaries and digests. */
  tells: z.enum(['everything', 'alerts']),
});
export type ChannelCatalogEntry = z.infer<typeof ChannelCatalogEntry>;
