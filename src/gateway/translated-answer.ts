import { AppError, asError } from '../core/errors.ts';
import type { JsonObject } from '../providers/json.ts';
import type { AnswerPath } from './answer-path.ts';
import { isPage } from './answer-type.ts';
import type { Attempt } from './attempt.ts';
import { withoutBodyHeaders } from './headers.ts';
import { SUCCESS, toldError, truncated } from './outcome.ts';
import type { SeenUsage } from './seen-usage.ts';
import type { Translation } from './translation.ts';

/** A larger answer is not translated. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A whole answer of another dialect, written anew for the caller. */
export class TranslatedAnswer implements AnswerPath {
  readonly #attempt: Attempt;
  readonly #translation: Translation;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #usage: SeenUsage = null;

  constructor(attempt: Attempt, translation: Translation) {
    this.#attempt = attempt;
    this.#translation = translation;
  }

  data(chunk: Buffer): void {
    this.#attempt.kept.add(chunk);
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > MAX_BYTES) {
      this.#attempt.fail(truncated('The answer is too large to be translated.'));
    }
  }

  end(): void {
    const attempt = this.#attempt;
    const body = this.#read();
    if (body === null) return;
    const head = {
      status: 200,
      headers: { ...withoutBodyHeaders(attempt.headers), 'content-type': JSON_TYPE },
      streams: false,
    };
    const last = [Buffer.from(body)];
    const { exchange } = attempt;
    attempt.complete({ outcome: SUCCESS, last, head }, () => {
      const { whole } = exchange.style;
      if (whole === null) {
        exchange.replyJson(200, body, attempt.headers);
        return;
      }
      const latencyMs = exchange.times.elapsedMs;
      const answer = { status: 200, body: Buffer.from(body), latencyMs };
      const reply = whole({ ...answer, interactionId: exchange.call.id });
      exchange.replyJson(reply.status, reply.body, attempt.headers);
    });
  }

  usage(): SeenUsage {
    return this.#usage;
  }

  /** The answer in the caller's words; null when the try failed over it. */
  #read(): string | null {
    const attempt = this.#attempt;
    if (this.#bytes === 0) {
      attempt.fail(truncated('The provider’s answer is empty.'));
      return null;
    }
    if (isPage(attempt) || this.#translation.streams) {
      attempt.fail(toldError({ ...UNREADABLE, message: UNEXPECTED }));
      return null;
    }
    try {
      // The codec reads wild input and says itself what it cannot read.
      const body = JSON.parse(Buffer.concat(this.#chunks).toString('utf8')) as JsonObject;
      const now = Math.floor(attempt.exchange.tools.clock.now() / 1000);
      const answer = this.#translation.answer(body, now);
      this.#usage = answer.usage.source === null ? null : answer.usage;
      return JSON.stringify(answer.body);
    } catch (thrown) {
      const error = asError(thrown);
      const known = error instanceof AppError ? `: ${error.message}` : '.';
      const message = `The provider’s answer cannot be read${known}`;
      attempt.fail(toldError({ ...UNREADABLE, message }));
      return null;
    }
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';
const UNREADABLE = { status: 502, code: 'upstream_error', field: null } as const;
const UNEXPECTED = 'The provider answered with something else than was asked for.';
