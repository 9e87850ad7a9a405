import type { AnswerPath } from './answer-path.ts';
import { isPage, isPlainJson } from './answer-type.ts';
import type { Attempt } from './attempt.ts';
import type { AnswerHead } from './exchange.ts';
import { encodingOf, oneHeader } from './headers.ts';
import { type Outcome, outcomeOfStatus, SUCCESS, toldError, truncated } from './outcome.ts';
import type { SeenUsage } from './seen-usage.ts';

/** A JSON answer up to this size is held until it is whole, so that another try can follow a cut one. */
const MAX_HELD_BYTES = 1024 * 1024;
/** An error inside of a successful answer names itself at its beginning. */
const ERROR_LOOK_BYTES = 64;
const ERROR_NAME = Buffer.from('"error"');

/** A whole answer in the caller's own dialect: its bytes pass untouched. */
export class PlainAnswer implements AnswerPath {
  readonly #attempt: Attempt;
  readonly #head: AnswerHead;
  readonly #contentLength: number | null;
  /** Bytes the caller has not seen; null once the answer flows. */
  #held: Buffer[] | null;
  #last: Buffer[] = [];

  constructor(attempt: Attempt) {
    const { status, headers, request, exchange } = attempt;
    this.#attempt = attempt;
    this.#head = { status, headers, streams: false };
    const length = Number(oneHeader(headers, 'content-length') ?? Number.NaN);
    this.#contentLength = Number.isSafeInteger(length) ? length : null;
    const holds = request.holds && !request.listStream && encodingOf(headers) === null;
    this.#held = holds || exchange.style.whole !== null ? [] : null;
  }

  data(chunk: Buffer): void {
    const { kept, exchange } = this.#attempt;
    if (this.#held === null) {
      this.#pass(chunk);
      kept.add(chunk);
      return;
    }
    kept.add(chunk);
    this.#held.push(chunk);
    if (kept.bytes <= MAX_HELD_BYTES || exchange.style.whole !== null) return;
    const held = this.#held;
    this.#held = null;
    for (const bytes of held.slice(0, -1)) this.#attempt.forward(this.#begun(bytes));
    this.#last = [];
    this.#passLast(chunk);
  }

  end(): void {
    const attempt = this.#attempt;
    const { status, kept, exchange } = attempt;
    const missing = this.#contentLength !== null && kept.bytes < this.#contentLength;
    if (missing && exchange.call.method !== 'HEAD' && status !== 304) {
      attempt.fail(truncated('The answer is shorter than its content-length says.'));
      return;
    }
    const bytes = this.#held ?? this.#last;
    if (this.#held !== null) {
      const failure = this.#failureIn(joined(this.#held));
      if (failure !== null) {
        const own = failure.code === null ? (): void => this.#finish(bytes) : undefined;
        attempt.fail(failure, own);
        return;
      }
    }
    const outcome = status < 400 ? SUCCESS : outcomeOfStatus(status, kept.whole());
    attempt.complete({ outcome, last: bytes, head: this.#head }, () => this.#finish(bytes));
  }

  usage(): SeenUsage {
    const { kept, wire, headers } = this.#attempt;
    return encodingOf(headers) === null ? wire.usageIn(kept.whole().toString('utf8')) : null;
  }

  /** With a known length the last byte is the end for the caller: it waits for the record. */
  #pass(chunk: Buffer): void {
    const bytes = this.#attempt.kept.bytes + chunk.length;
    if (bytes === this.#contentLength) this.#last.push(chunk);
    else this.#attempt.forward(this.#begun(chunk));
  }

  #passLast(chunk: Buffer): void {
    if (this.#attempt.kept.bytes === this.#contentLength) this.#last.push(chunk);
    else this.#attempt.forward(this.#begun(chunk));
  }

  #begun(chunk: Buffer): Buffer {
    this.#attempt.begin(this.#head);
    return chunk;
  }

  /** What is wrong with an answer that says it is right; null when nothing is. */
  #failureIn(body: Buffer): Outcome | null {
    const attempt = this.#attempt;
    if (!attempt.request.holds || attempt.exchange.call.method === 'HEAD') return null;
    if (attempt.status === 204 || attempt.status === 304) return null;
    if (isPage(attempt)) return { ...truncated(PAGE), errorType: 'upstream_error' };
    if (body.length === 0) return truncated('The provider’s answer is empty.');
    if (!isPlainJson(attempt)) return null;
    if (!endsJson(body)) return truncated('The answer ends in the middle of its JSON.');
    return body.subarray(0, ERROR_LOOK_BYTES).includes(ERROR_NAME) ? this.#toldIn(body) : null;
  }

  #toldIn(body: Buffer): Outcome | null {
    const facts = this.#attempt.wire.readEvent(`data: ${body.toString('utf8')}\n\n`);
    return facts.error === null ? null : toldError(facts.error);
  }

  #finish(bytes: readonly Buffer[]): void {
    const { exchange, status, kept, headers } = this.#attempt;
    const { whole } = exchange.style;
    if (whole === null) {
      exchange.begin(this.#head);
      for (const one of bytes.slice(0, -1)) exchange.forward(one);
      exchange.end(bytes.at(-1) ?? null);
      return;
    }
    const reply = whole({
      status,
      body: kept.whole(),
      interactionId: exchange.call.id,
      latencyMs: exchange.times.elapsedMs,
    });
    exchange.replyJson(reply.status, reply.body, headers);
  }
}

const PAGE = 'The provider answered with a web page: its base URL is probably wrong.';

/** Most answers come in one piece, which needs no copy. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** Whether the last byte that is no blank closes an object or a list. */
function endsJson(body: Buffer): boolean {
  let at = body.length - 1;
  while (at >= 0 && (body[at] ?? 0) <= SPACE) at -= 1;
  return body[at] === CLOSE_BRACE || body[at] === CLOSE_BRACKET;
}
