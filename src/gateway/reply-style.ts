import { openAiError } from '../contract/gateway-error.ts';
import { ERROR_STATUS } from '../core/errors.ts';
import type { Failure } from './outcome.ts';

/** A whole answer of the provider, for replies that are made from it. */
export interface WholeAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly interactionId: string;
  readonly latencyMs: number;
}

/** How a reply looks to its caller where it is not the provider's own bytes. */
export interface ReplyStyle {
  /** An error before the first byte of an answer, as JSON text. */
  error(failure: Failure, interactionId: string): string;
  /** The event that ends a cut stream, instead of `[DONE]`. */
  lastEvent(failure: Failure, operation: string): string;
  /** Makes the whole reply of the whole answer; null passes the provider's bytes through. */
  readonly whole: ((answer: WholeAnswer) => { status: number; body: string }) | null;
}

export function statusOf(failure: Failure): number {
  return ERROR_STATUS[failure.code];
}

/** The dialect of OpenAI clients; they throw on any stream event that has an `error`. */
export const OPENAI_STYLE: ReplyStyle = {
  error: (failure): string => JSON.stringify(bodyOf(failure)),
  lastEvent(failure, operation): string {
    const body = bodyOf(failure);
    if (operation !== 'responses') return `data: ${JSON.stringify(body)}\n\n`;
    const { message, code } = body.error;
    const event = { type: 'error', code, message, param: null, sequence_number: null, ...body };
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
  },
  whole: null,
};

function bodyOf(failure: Failure): ReturnType<typeof openAiError> {
  return openAiError(statusOf(failure), failure.code, failure.errorMessage);
}
