import type { FastifyReply, FastifyRequest } from 'fastify';
import { createAttemptLimit } from '../access/attempt-limit.ts';
import type { KeyDirectory } from '../access/key-directory.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Auth } from '../core/http.ts';
import type { OriginGuard } from './guard-origin.ts';

const MINUTE_MS = 60_000;
/** One visitor must not use up what a key allows all of them. */
const PER_ADDRESS = 60;

/** Lets pages of other origins call the routes that say so, with a public key and nothing else. */
export interface CrossOrigin {
  /** Tells the browser that its page may read the answer, where a public key names the page's origin. */
  open(request: FastifyRequest, reply: FastifyReply): void;
  /**
   * Throws `forbidden` where the key may not be used from the page's origin, and `rate_limit_exceeded` beyond its
   * requests a minute. A foreign page without a public key is refused: what a browser adds by itself proves nothing.
   */
  admit(auth: Auth, request: FastifyRequest, reply: FastifyReply): void;
}

export function createCrossOrigin(deps: {
  readonly directory: Pick<KeyDirectory, 'admitsOrigin'>;
  readonly guard: Pick<OriginGuard, 'isForeign'>;
  readonly clock: Clock;
}): CrossOrigin {
  const { directory, guard, clock } = deps;
  const byAddress = createAttemptLimit({ clock, max: PER_ADDRESS, windowMs: MINUTE_MS });
  const byKey = createAttemptLimit({ clock, max: 1, windowMs: MINUTE_MS });
  return {
    open({ headers: { origin } }, reply): void {
      void reply.header('vary', 'origin');
      if (origin === undefined || !directory.admitsOrigin(origin)) return;
      void reply
        .header('access-control-allow-origin', origin)
        .header('access-control-expose-headers', 'retry-after, x-request-id');
    },
    admit(auth, request, reply): void {
      const { origin } = request.headers;
      if (auth.publicUse === undefined) {
        if (guard.isForeign(request.headers)) throw foreign();
        return;
      }
      const { origins, perMinute } = auth.publicUse;
      if (!origins.includes('*') && (origin === undefined || !origins.includes(origin))) {
        throw new AppError('forbidden', 'This key is for pages of other origins.');
      }
      const address = `${auth.keyId} ${request.ip}`;
      wait(reply, byAddress.take(address));
      wait(reply, byKey.take(auth.keyId ?? '', perMinute));
    },
  };
}

function wait(reply: FastifyReply, seconds: number): void {
  if (seconds === 0) return;
  void reply.header('retry-after', String(seconds));
  throw new AppError('rate_limit_exceeded', 'Too much feedback at once; try again later.');
}

function foreign(): AppError {
  return new AppError('forbidden_host', 'Pages of other origins need a public key.');
}
