import type { AnswerPath } from './answer-path.ts';
import type { Attempt } from './attempt.ts';
import { type Outcome, outcomeOfStatus, saysTooLong, toldError } from './outcome.ts';

/** No provider's error is longer; what is behind is left out. */
const MAX_ERROR_BYTES = 1024 * 1024;

/** An answer that says no: a failed try, and the caller's answer if no other try is left. */
export class ErrorAnswer implements AnswerPath {
  readonly #attempt: Attempt;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  data(chunk: Buffer): void {
    this.#attempt.kept.add(chunk);
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > MAX_ERROR_BYTES) this.end();
  }

  end(): void {
    const { status } = this.#attempt;
    const body = Buffer.concat(this.#chunks);
    const told = this.#outcome(Math.max(status, 400), body);
    const redirected = { ...toldError({ ...NO_ERROR, status: 502 }), errorMessage: REDIRECTED };
    this.#attempt.fail(status < 400 ? redirected : told, () => this.#deliver(body));
  }

  #outcome(status: number, body: Buffer): Outcome {
    const outcome = outcomeOfStatus(status, body);
    const error = this.#attempt.wire.readError(status, body.toString('utf8'));
    const { retryAfterMs } = error;
    return {
      ...outcome,
      tooLong: outcome.errorType === 'invalid_request' && saysTooLong(error),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }

  usage(): null {
    return null;
  }

  #deliver(body: Buffer): void {
    const { exchange, status, headers, request, wire } = this.#attempt;
    const { whole } = exchange.style;
    if (whole !== null) {
      const { id } = exchange.call;
      const latencyMs = exchange.times.elapsedMs;
      const reply = whole({ status, body, interactionId: id, latencyMs });
      exchange.replyJson(reply.status, reply.body, headers);
    } else if (status < 400) {
      exchange.replyError({ ...NO_ERROR, status: 502, message: REDIRECTED });
    } else if (request.translation !== null || body.length > MAX_ERROR_BYTES) {
      const error = wire.readError(status, body.toString('utf8'));
      exchange.replyError({ ...error, status }, headers);
    } else {
      exchange.begin({ status, headers, streams: false });
      exchange.end(body);
    }
  }
}

const REDIRECTED = 'The provider redirects to another address, which is not followed.';
const NO_ERROR = { code: 'upstream_error', message: '', field: null } as const;
