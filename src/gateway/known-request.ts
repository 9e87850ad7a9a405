import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../core/errors.ts';
import type { DialectId } from '../providers/dialect.ts';
import { asObject, type JsonObject } from '../providers/json.ts';
import type { Operation } from './operations.ts';
import type { ReplyStyle } from './reply-style.ts';
import type { RequestFields } from './scan-request.ts';
import { type CallerQuestion, readQuestion } from './translation.ts';

/** What is asked for, and how the reply is written. */
export interface Ask {
  readonly dialect: DialectId;
  readonly operation: Operation;
  /** Which of the dialect's chat shapes it is, where that is not the operation (`chat_list`). */
  readonly shape?: string;
  /** With its query: below `/v1` for OpenAI's dialect, below the host for the others. */
  readonly path: string;
  /** The model that the path names; null where the body does. */
  readonly model?: string | null;
  /** Whether the path says that the answer is streamed; absent where the body does. */
  readonly streams?: boolean;
  /** The same path for another model, where the path names it. */
  readonly pathFor?: (model: string) => string;
  readonly style: ReplyStyle;
}

export interface KnownParts {
  readonly raw: Pick<IncomingMessage, 'rawHeaders'>;
  readonly method: string;
  readonly ask: Ask;
  readonly body: Buffer | null;
  /** Opens a body that is streamed through and can be sent only once. */
  readonly tap?: () => Readable;
  /** Of a streamed body, where the caller said it. */
  readonly contentLength?: string | null;
  readonly fields: RequestFields;
  /** The model that the body itself names; absent where that is the one of `fields`. */
  readonly bodyModel?: string | null;
}

/** A request as the targets of its call are asked: read once, however many of them there are. */
export class KnownRequest {
  readonly method: string;
  readonly rawHeaders: readonly string[];
  readonly ask: Ask;
  readonly body: Buffer | null;
  readonly contentLength: string | null;
  readonly fields: RequestFields;
  /** Null where only the path names the model, if anything does. */
  readonly bodyModel: string | null;
  /** Set where the answer has to be read on its way (bills, limits, the cache): it must not come compressed. */
  readsAnswer = false;
  readonly #tap: (() => Readable) | null;
  #question: CallerQuestion | null = null;

  constructor(parts: KnownParts) {
    const { raw, method, ask, body, tap, contentLength, fields, bodyModel = fields.model } = parts;
    this.method = method;
    this.rawHeaders = raw.rawHeaders;
    this.ask = ask;
    this.body = body;
    this.#tap = tap ?? null;
    this.contentLength = contentLength ?? null;
    this.fields = fields;
    this.bodyModel = bodyModel;
  }

  /** Whether it may be sent again after a failure. */
  get repeatable(): boolean {
    return this.#tap === null;
  }

  /** The body that is streamed through; null when it is known whole. */
  stream(): Readable | null {
    return this.#tap?.() ?? null;
  }

  /** The body as JSON. Throws `invalid_json` when it is none. */
  json(): JsonObject {
    return parseBody(this.body);
  }

  /** What is asked in neutral words; throws as `readQuestion` does. */
  question(target: DialectId): CallerQuestion {
    const { dialect, operation, shape, path } = this.ask;
    const asked = { dialect, operation: shape ?? operation, path };
    this.#question ??= readQuestion({ ...asked, body: () => this.#named() }, target);
    return this.#question;
  }

  /** The body with the model that its path names (Azure's deployments). */
  #named(): JsonObject {
    const { model, pathFor } = this.ask;
    const isUnnamed = this.bodyModel === null && model != null && pathFor === undefined;
    return isUnnamed ? { ...this.json(), model } : this.json();
  }
}

/** A request body as a JSON object. Throws `invalid_json` when it is none. */
export function parseBody(body: Buffer | null): JsonObject {
  let value: unknown = null;
  try {
    value = JSON.parse(body?.toString('utf8') ?? '');
  } catch (cause) {
    throw new AppError('invalid_json', 'The request body is not valid JSON.', { cause });
  }
  const object = asObject(value);
  if (object === null)
    throw new AppError('invalid_json', 'The request body must be a JSON object.');
  return object;
}

/** A call whose request is read. */
export interface ReadCall {
  readonly known: KnownRequest;
  readonly headers: IncomingHttpHeaders;
  /** The caller's address as the server sees it. */
  readonly ip: string;
}
