import { openLines } from './answer-type.ts';
import type { Attempt } from './attempt.ts';
import { ErrorAnswer } from './error-answer.ts';
import { PlainAnswer } from './plain-answer.ts';
import { PlainStream } from './plain-stream.ts';
import type { SeenUsage } from './seen-usage.ts';
import { TranslatedAnswer } from './translated-answer.ts';
import { TranslatedStream } from './translated-stream.ts';

/** What becomes of the bytes of one answer, by what its head says. */
export interface AnswerPath {
  data(chunk: Buffer): void;
  /** The last byte came in good order. */
  end(): void;
  /** Bytes behind the end of the answer. */
  afterOver?(chunk: Buffer): void;
  /** The source is closed, after the answer was over. */
  sourceEnded?(): void;
  /** What the answer told of usage. */
  usage(): SeenUsage;
}

/** The way of the answer whose head the attempt just got. */
export function answerPath(attempt: Attempt): AnswerPath {
  const { status, request, exchange } = attempt;
  const refused = status >= 400 || (status >= 300 && status !== 304 && request.holds);
  if (refused) return new ErrorAnswer(attempt);
  const streams = openLines(attempt) && exchange.style.whole === null && status < 300;
  const { translation } = request;
  if (translation === null) return streams ? new PlainStream(attempt) : new PlainAnswer(attempt);
  return streams
    ? new TranslatedStream(attempt, translation)
    : new TranslatedAnswer(attempt, translation);
}
