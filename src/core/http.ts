import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Purpose } from './inside-credential.ts';

/** The server as every feature's `routes.ts` sees it: schemas are zod, types follow from them. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** `feedback` is part of `ingest`; alone it makes a key that may stand in a web page. */
export type KeyScope = 'gateway' | 'ingest' | 'feedback' | 'read' | 'admin' | 'metrics';

/** Who is asking, and for which project; set by the authentication hook before any handler runs. */
export interface Auth {
  /**
   * `off`: authentication is switched off; `local`: the command line beside a running program;
   * `inside`: the program itself asks a model; `anonymous`: a public route, no project, no scopes.
   */
  readonly kind: 'key' | 'session' | 'off' | 'local' | 'inside' | 'anonymous';
  /** What the program asks a model for; absent for everybody else. */
  readonly purpose?: Purpose;
  readonly projectId: string;
  readonly projectSlug: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  /** For the audit log: `key:<prefix>`, `user:<email>` or `anonymous`. */
  readonly actor: string;
  readonly scopes: ReadonlySet<KeyScope>;
  /** Set for a public key alone: the web origins it is used from, and how often a minute. */
  readonly publicUse?: PublicUse | undefined;
}

/** What a public key may do: `origins` as browsers write them (`*` is any), so many requests a minute. */
export interface PublicUse {
  readonly origins: readonly string[];
  readonly perMinute: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    auth: Auth;
  }
  interface FastifyContextConfig {
    /** The scope a caller needs. Every route states one, or `public`. */
    scope?: KeyScope;
    /** Answers anybody: health, documentation, sign-in, static files. */
    public?: boolean;
    /** Web pages of other origins may call it, each with a public key of theirs. */
    crossOrigin?: boolean;
    /** Errors of this route are written in the dialect of LLM clients. */
    dialect?: 'openai' | 'anthropic' | 'gemini' | 'ollama';
  }
}
