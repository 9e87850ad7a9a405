import { z } from 'zod';
import { Id, Time } from './common.ts';

/** What a key may do: call the gateway, send events and scores, send feedback, read, administrate, scrape metrics. */
export const Scope = z.enum(['gateway', 'ingest', 'feedback', 'read', 'admin', 'metrics']);
export type Scope = z.infer<typeof Scope>;
export const Role = z.enum(['admin', 'developer', 'viewer']);

export const Project = z.object({
  id: Id,
  slug: z.string(),
  name: z.string(),
  isDemo: z.boolean(),
  createdAt: Time,
});
export type Project = z.infer<typeof Project>;
export const NewProject = z.object({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  name: z.string().min(1).max(100),
});

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  /** The first characters, enough to recognise a key. */
  prefix: z.string(),
  scopes: z.array(Scope),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
  revokedAt: Time.nullable(),
  /** Set for a public key alone: `*` or origins like `https://shop.example`. */
  publicUse: z.object({ origins: z.array(z.string()), perMinute: z.number().int() }).nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;
export const NewApiKey = z.object({
  name: z.string().min(1).max(100),
  /** By default `gateway`, `ingest` and `read`. */
  scopes: z.array(Scope).min(1).optional(),
  expiresAt: Time.optional(),
  /**
   * Makes a public key, which stands readable in a web page: scopes are then `["feedback"]`. Origins are written as
   * browsers write them; `*` stands for any.
   */
  publicUse: z
    .strictObject({
      origins: z.array(z.string().min(1).max(300)).min(1).max(50),
      perMinute: z.number().int().min(1).max(100_000).default(600),
    })
    .optional(),
});
/** The only reply that ever holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });

/** `GET /api/v1/session`: who is looking, and what the browser needs to act. */
export const SessionReply = z.object({
  authMode: z.enum(['required', 'off']),
  user: z.object({ id: Id, email: z.string(), name: z.string(), role: Role }).nullable(),
  /** To be sent as `x-csrf-token` with every change made by a browser; null without a session. */
  csrfToken: z.string().nullable(),
  projects: z.array(Project),
  version: z.string(),
});
export type SessionReply = z.infer<typeof SessionReply>;
export const SignIn = z.object({ email: z.string().max(254), password: z.string().max(1024) });

/** `GET /api/v1/stream` messages (server-sent events): `event:` is the kind, `data:` this JSON. */
export const StreamMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('interactions'),
    project: z.string(),
    added: z.number().int(),
    at: Time,
  }),
  z.object({ kind: z.literal('scores'), project: z.string(), added: z.number().int(), at: Time }),
  z.object({
    kind: z.literal('alerts'),
    project: z.string(),
    /** Alerts that began to fire, and that ended. */
    opened: z.number().int(),
    closed: z.number().int(),
    at: Time,
  }),
  z.object({ kind: z.literal('ledger'), degraded: z.boolean(), at: Time }),
]);
export type StreamMessage = z.infer<typeof StreamMessage>;
