import type { ErrorType } from '../interactions/record.ts';
import type { DialectId } from '../providers/dialect.ts';

/** How long each part of one try may take, in milliseconds; null takes the program's own. */
export interface TargetTimeouts {
  readonly connectMs: number | null;
  readonly firstByteMs: number | null;
  readonly idleMs: number | null;
  readonly totalMs: number | null;
}

/** An upstream API, ready to be called: what the gateway needs and no more. Lives in memory only. */
export interface UpstreamProvider {
  readonly id: string;
  /** Name for records, headers and prices: `openai`, `azure`, `anthropic`, `google`, `ollama`, `groq`, a host … */
  readonly name: string;
  readonly dialect: DialectId;
  /** `azure` writes deployments into the path; `demo` is built in and never leaves the program. */
  readonly kind: 'standard' | 'azure' | 'demo';
  readonly baseUrl: URL;
  /** Headers that carry the credential, names in lower case; never logged, never returned. */
  readonly credentialHeaders: Readonly<Record<string, string>>;
  /** Query that every call carries (Azure's `api-version`). */
  readonly query: Readonly<Record<string, string>>;
  /** Whether link-local and cloud-metadata addresses may be reached under this base URL. */
  readonly allowLinkLocal: boolean;
  /** False for providers that refuse `stream_options` (Mistral). */
  readonly takesUsageOption: boolean;
}

/** One place a call can go. */
export interface Target {
  readonly id: string;
  readonly provider: UpstreamProvider;
  /** The name the provider knows; null passes the caller's name on (and for calls without a model). */
  readonly model: string | null;
  readonly timeouts: TargetTimeouts;
}

/** What is known of a call when a way for it is looked for. */
export interface RouteQuestion {
  readonly projectId: string;
  /** The model as the caller named it; null where the operation has none. */
  readonly model: string | null;
  readonly operation: string;
  /** The dialect of the entrance. */
  readonly dialect: DialectId;
  /** What sticky routes stick to, in this order; null where the caller did not say. */
  readonly sessionId: string | null;
  readonly userId: string | null;
}

/** How one try ended, for the choice of the next one and for health. */
export interface TryResult {
  readonly errorType: ErrorType | null;
  readonly httpStatus: number | null;
  /** From the provider's `retry-after` or `retry-after-ms`; null where it said nothing. */
  readonly retryAfterMs: number | null;
  readonly durationMs: number;
  readonly firstByteMs: number | null;
  /** True when the provider said that the prompt is too long for its model: another model may take it. */
  readonly tooLong?: boolean;
}

export interface NextTry {
  readonly target: Target;
  /** How long to wait before the try: back-off with jitter, or the provider's own wish. */
  readonly delayMs: number;
  /** Must be called exactly once, with the way the try ended; frees its place and feeds health. */
  done(result: TryResult): void;
}

/** The way of one call: which target now, which after a failure. */
export interface RoutePlan {
  /** The route's name; null when the model was taken as it is. */
  readonly route: string | null;
  /** What happens to the provider when the caller leaves: stop it, or hear it out up to a cap. */
  readonly onDisconnect: 'abort' | 'drain';
  /** Every target that may come, best first: for estimates. */
  readonly candidates: readonly Target[];
  /**
   * The first target (`null`) or the one after a failed try. Null when nothing is left: no target, no
   * retry budget, no time, or a failure that no other try can mend (`invalid_request`).
   */
  next(failed: TryResult | null): NextTry | null;
}

/**
 * Finds ways for calls. Synchronous and in memory. Throws AppError `model_not_found` when nothing serves
 * the model, `upstream_not_configured` when there is no provider at all, `no_target_available` when
 * every target is switched off, open (circuit) or full.
 */
export interface Router {
  plan(question: RouteQuestion): RoutePlan;
  /** The models that a project's callers may name, for `GET /v1/models` and its kin. */
  models(projectId: string): readonly ListedModel[];
}

export interface ListedModel {
  readonly id: string;
  readonly ownedBy: string;
  readonly createdAtSeconds: number;
}
