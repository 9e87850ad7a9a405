import { z } from 'zod';
import { Estimate, Id, page, RangeQuery, Time } from './common.ts';

/** The language that a provider's API speaks. */
export const ProviderDialect = z.enum(['openai', 'anthropic', 'gemini', 'ollama']);
export type ProviderDialect = z.infer<typeof ProviderDialect>;

/** Which product a provider is; each has a preset with its usual settings. */
export const PROVIDER_KINDS = [
  'openai',
  'azure',
  'anthropic',
  'google',
  'ollama',
  'openai-compatible',
  'vllm',
  'lm-studio',
  'groq',
  'together',
  'mistral',
  'deepseek',
  'x-ai',
  'openrouter',
] as const;
export const ProviderKind = z.enum(PROVIDER_KINDS);
export type ProviderKind = z.infer<typeof ProviderKind>;

/** How the credential travels: as a bearer token, or in a header of this name. */
export const AuthStyle = z.enum(['bearer', 'x-api-key', 'api-key', 'x-goog-api-key', 'none']);
export type AuthStyle = z.infer<typeof AuthStyle>;

/** `GET /api/v1/providers/presets`: what a form starts with. */
export const ProviderPreset = z.object({
  kind: ProviderKind,
  title: z.string(),
  dialect: ProviderDialect,
  /** Null where everybody has another one; `baseUrlExample` shows its shape. */
  baseUrl: z.string().nullable(),
  baseUrlExample: z.string(),
  authStyle: AuthStyle,
  /** False for servers that usually run without a key. */
  needsCredential: z.boolean(),
  needsApiVersion: z.boolean(),
  apiVersion: z.string().nullable(),
  /** Where the owner of an account finds the key; null when there is no such place. */
  credentialUrl: z.string().nullable(),
});
export type ProviderPreset = z.infer<typeof ProviderPreset>;
export const ProviderPresets = z.object({ items: z.array(ProviderPreset) });

/** `stored`: made here; `environment`: from variables, read-only; `built_in`: the demo provider. */
export const ProviderSource = z.enum(['stored', 'environment', 'built_in']);

/** An upstream LLM API. The credential itself is never returned. */
export const Provider = z.object({
  /** A UUID when stored; `env-openai`, `env-ollama` and `demo` otherwise. */
  id: z.string(),
  /** Short, unique in the project; used in `provider/model`, records, prices and metrics. */
  name: z.string(),
  title: z.string(),
  /** A preset's kind, or `demo`. */
  kind: z.enum([...PROVIDER_KINDS, 'demo']),
  dialect: ProviderDialect,
  /** Null for the demo provider. */
  baseUrl: z.string().nullable(),
  authStyle: AuthStyle,
  hasCredential: z.boolean(),
  /** The last four characters, enough to tell two keys apart; null without a credential or when it is short. */
  credentialHint: z.string().nullable(),
  /** Azure's `api-version`. */
  apiVersion: z.string().nullable(),
  allowLinkLocal: z.boolean(),
  /** Takes calls whose model nothing else serves, first of all those of its own dialect. */
  isDefault: z.boolean(),
  enabled: z.boolean(),
  source: ProviderSource,
  /** Null unless stored. */
  createdAt: Time.nullable(),
  updatedAt: Time.nullable(),
});
export type Provider = z.infer<typeof Provider>;
export const ProviderPage = page(Provider);

const ProviderName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'lower-case letters, digits, dots, dashes and underscores, at most 63',
  );
const BaseUrl = z.string().min(1).max(2048);
const Credential = z
  .string()
  .min(1)
  .max(8192)
  .regex(/^[\x21-\x7e]+$/, 'visible ASCII characters without spaces');
const Title = z.string().trim().min(1).max(200);

export const NewProvider = z.strictObject({
  kind: ProviderKind,
  /** Default: the kind. */
  name: ProviderName.optional(),
  /** Default: the title of the preset. */
  title: Title.optional(),
  /** Default: that of the preset; needed where the preset has none. */
  baseUrl: BaseUrl.optional(),
  authStyle: AuthStyle.optional(),
  /** Write-only. */
  credential: Credential.nullable().default(null),
  apiVersion: z.string().min(1).max(64).nullable().optional(),
  allowLinkLocal: z.boolean().default(false),
  isDefault: z.boolean().default(false),
  enabled: z.boolean().default(true),
});
export type NewProvider = z.infer<typeof NewProvider>;

/** What changes; whatever is left out stays. `credential: null` removes it. */
export const ProviderChange = z.strictObject({
  name: ProviderName.optional(),
  title: Title.optional(),
  /** A new host needs the credential again: it must not travel to where it was not meant for. */
  baseUrl: BaseUrl.optional(),
  authStyle: AuthStyle.optional(),
  credential: Credential.nullable().optional(),
  apiVersion: z.string().min(1).max(64).nullable().optional(),
  allowLinkLocal: z.boolean().optional(),
  isDefault: z.boolean().optional(),
  enabled: z.boolean().optional(),
});
export type ProviderChange = z.infer<typeof ProviderChange>;

/** `POST /api/v1/providers/{id}/test`: what happened when the provider was asked for its models. */
export const ProviderTest = z.object({
  ok: z.boolean(),
  /** One sentence for people. */
  message: z.string(),
  httpStatus: z.number().int().nullable(),
  latencyMs: z.number().nullable(),
  /** Models that the provider names, at most 500; null when it could not be asked. */
  models: z.array(z.string()).nullable(),
});
export type ProviderTest = z.infer<typeof ProviderTest>;

/** A model of a provider. A disabled one is refused even where a default provider would take it. */
export const Model = z.object({
  id: Id,
  providerId: z.string(),
  providerName: z.string(),
  /** As the provider names it. */
  name: z.string(),
  /** What callers may say instead of `name`; null: `name` itself. */
  alias: z.string().nullable(),
  title: z.string(),
  enabled: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
});
export type Model = z.infer<typeof Model>;
export const ModelPage = page(Model);

const ModelName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\s\p{Cc}]+$/u, 'no spaces and control characters');

export const NewModel = z.strictObject({
  providerId: z.string().min(1).max(64),
  name: ModelName,
  alias: ModelName.nullable().default(null),
  /** Default: the name. */
  title: Title.optional(),
  enabled: z.boolean().default(true),
});
export type NewModel = z.infer<typeof NewModel>;
export const ModelChange = z.strictObject({
  name: ModelName.optional(),
  alias: ModelName.nullable().optional(),
  title: Title.optional(),
  enabled: z.boolean().optional(),
});
export type ModelChange = z.infer<typeof ModelChange>;

/** Kinds of failure that another try may mend. Wrong requests and callers who left never are. */
export const RETRYABLE_CLASSES = [
  'rate_limited',
  'upstream_error',
  'connection_failed',
  'timeout_connect',
  'timeout_first_byte',
  'timeout_idle',
  'timeout_total',
  'upstream_truncated',
] as const;
export const RetryableClass = z.enum(RETRYABLE_CLASSES);
export type RetryableClass = z.infer<typeof RetryableClass>;
/** What may send a call to the next target; `unauthorized` because that one has another credential. */
export const FallbackClass = z.enum([...RETRYABLE_CLASSES, 'unauthorized']);
export type FallbackClass = z.infer<typeof FallbackClass>;

const Timeout = z.number().int().min(1).max(86_400_000).nullable().default(null);
/** Milliseconds for the parts of one try; null takes the program's own (UPSTREAM_…_TIMEOUT_MS). */
export const TargetTimeoutsBody = z.strictObject({
  connectMs: Timeout,
  firstByteMs: Timeout,
  idleMs: Timeout,
  totalMs: Timeout,
});

/** One place where calls of a route can go. */
export const RouteTarget = z.strictObject({
  providerId: z.string().min(1).max(64),
  /** As the provider names it; null passes on what the caller named. */
  model: ModelName.nullable().default(null),
  /** Share of the calls within its tier; 0: only when the others of the tier failed. */
  weight: z.number().min(0).max(1000).default(1),
  /** Tier: lower ones are tried first, higher ones when all before failed. */
  priority: z.number().int().min(0).max(9).default(0),
  timeouts: TargetTimeoutsBody.prefault({}),
  /** Calls under way at most, in each process; null: no limit. A full target is passed over. */
  maxConcurrent: z.number().int().min(1).max(100_000).nullable().default(null),
});
export type RouteTarget = z.infer<typeof RouteTarget>;

export const RouteRetries = z.strictObject({
  /** Further tries at targets that were tried already, a call; on top, each target of a tier is tried once. */
  max: z.number().int().min(0).max(10).default(2),
  on: z
    .array(RetryableClass)
    .max(RETRYABLE_CLASSES.length)
    .default([
      'rate_limited',
      'upstream_error',
      'connection_failed',
      'timeout_connect',
      'upstream_truncated',
    ]),
  /** The first wait is a random time up to this, each further one up to twice the one before. */
  backoffMs: z.number().int().min(0).max(60_000).default(250),
  /** No wait is longer; a provider that asks for more is left alone and the call falls back. */
  maxBackoffMs: z.number().int().min(0).max(600_000).default(8000),
  honourRetryAfter: z.boolean().default(true),
});
export type RouteRetries = z.infer<typeof RouteRetries>;

/** When a target is left alone: too many failures in a window, or a row of them. In each process. */
export const RouteBreaker = z.strictObject({
  enabled: z.boolean().default(true),
  windowSeconds: z.number().int().min(1).max(3600).default(60),
  /** The rate counts only from this many calls in the window on. */
  minCalls: z.number().int().min(1).max(100_000).default(20),
  errorRate: z.number().min(0.01).max(1).default(0.5),
  /** Opens at once after so many failures in a row; null: never. */
  consecutiveFailures: z.number().int().min(1).max(1000).nullable().default(5),
  /** How long it stays open before probes; doubles while probes fail, up to eight times this. */
  openSeconds: z.number().int().min(1).max(3600).default(30),
  /** Calls let through at a time while half open, and successes that close it. */
  halfOpenProbes: z.number().int().min(1).max(100).default(2),
});
export type RouteBreaker = z.infer<typeof RouteBreaker>;

const routeFields = {
  /** The model name that callers use. */
  name: ModelName,
  title: Title,
  enabled: z.boolean(),
  targets: z.array(RouteTarget).min(1).max(50),
  /** The same target for the calls of one session or user, as long as it is there and healthy. */
  sticky: z.enum(['none', 'session', 'user']),
  retries: RouteRetries,
  /** Failures after which the call goes to the next target. */
  fallbackOn: z.array(FallbackClass).max(RETRYABLE_CLASSES.length + 1),
  breaker: RouteBreaker,
  /**
   * Every so many seconds the providers of the route are asked for their models, besides what calls tell: a
   * silent one opens its circuit, an answering one is tried again at once. Null: health from calls alone.
   */
  probeSeconds: z.number().int().min(5).max(3600).nullable(),
  /** When the caller leaves: stop the provider, or hear it out up to a cap (for providers that bill anyway). */
  onDisconnect: z.enum(['abort', 'drain']),
};

export const Route = z.object({ id: Id, ...routeFields, createdAt: Time, updatedAt: Time });
export type Route = z.infer<typeof Route>;
export const RoutePage = page(Route);

export const NewRoute = z.strictObject({
  ...routeFields,
  /** Default: the name. */
  title: Title.optional(),
  enabled: routeFields.enabled.default(true),
  sticky: routeFields.sticky.default('none'),
  retries: RouteRetries.prefault({}),
  fallbackOn: routeFields.fallbackOn.default([...RETRYABLE_CLASSES]),
  breaker: RouteBreaker.prefault({}),
  probeSeconds: routeFields.probeSeconds.default(null),
  onDisconnect: routeFields.onDisconnect.default('abort'),
});
export type NewRoute = z.infer<typeof NewRoute>;
/** What changes; a part that is given replaces the whole part. */
export const RouteChange = z.strictObject(routeFields).partial();
export type RouteChange = z.infer<typeof RouteChange>;

export const BreakerState = z.enum(['closed', 'open', 'half_open']);
export type BreakerState = z.infer<typeof BreakerState>;

/** `GET /api/v1/routes/health`: how the targets fare on the machine that answers. */
export const RouteHealth = z.object({
  /** The process that answers. */
  process: z.string(),
  /** How many processes this is about: each one learns from its own calls, and the worst state is shown. */
  processes: z.number().int(),
  items: z.array(
    z.object({
      routeId: Id,
      route: z.string(),
      targets: z.array(
        z.object({
          providerId: z.string(),
          provider: z.string(),
          model: z.string().nullable(),
          state: BreakerState,
          /** While open: when probes begin. */
          opensUntil: Time.nullable(),
          /** While the provider asked to be left alone (`retry-after`): until when. */
          restsUntil: Time.nullable(),
          inFlight: z.number().int(),
          maxConcurrent: z.number().int().nullable(),
          /** Within the window of the breaker. */
          calls: z.number().int(),
          failures: z.number().int(),
          consecutiveFailures: z.number().int(),
          lastError: z.string().nullable(),
        }),
      ),
    }),
  ),
});
export type RouteHealth = z.infer<typeof RouteHealth>;

/** `GET /api/v1/analytics/availability`: tries that the provider answered as it should, among all that tell. */
export const AvailabilityQuery = RangeQuery.extend({
  interval: z.enum(['hour', 'day', 'week']).default('hour'),
  provider: z.string().max(256).optional(),
  model: z.string().max(256).optional(),
});
export const AvailabilityReply = z.object({
  from: Time,
  to: Time,
  interval: z.enum(['hour', 'day', 'week']),
  items: z.array(
    z.object({
      provider: z.string(),
      model: z.string().nullable(),
      /** Over the whole range: 0 to 1 with its 95 % interval (Wilson). */
      availability: Estimate,
      meanLatencyMs: z.number().nullable(),
      /** The same mean over all tries with its 95 % interval, by how much the buckets differ. */
      latencyMs: Estimate,
      /** Tries by outcome: `success`, or the kind of failure. */
      outcomes: z.record(z.string(), z.number().int()),
      points: z.array(
        z.object({ at: Time, availability: Estimate, meanLatencyMs: z.number().nullable() }),
      ),
    }),
  ),
});
export type AvailabilityReply = z.infer<typeof AvailabilityReply>;
