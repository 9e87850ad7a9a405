import { AppError } from '../core/errors.ts';
import type { ChatCodec, DialectId } from '../providers/dialect.ts';
import { dialectOf } from '../providers/dialects.ts';
import type { JsonObject } from '../providers/json.ts';
import type { ChatRequest } from '../providers/neutral.ts';

/** What a chat call needs to be carried between two dialects. */
export interface Translation {
  /** The provider's side. */
  readonly from: ChatCodec;
  /** The caller's side. */
  readonly to: ChatCodec;
  readonly request: ChatRequest;
  /** Whether the caller asked for usage in its stream, where that is a question. */
  readonly includeUsage: boolean;
}

/** What a caller asked, for translations: read once, whatever targets follow. */
export interface CallerChat {
  readonly codec: ChatCodec;
  readonly request: ChatRequest;
  readonly includeUsage: boolean;
}

/** The operation of a dialect's usual chat shape. */
const CHAT = 'chat';

/**
 * The caller's chat call in neutral words. Throws `not_implemented` for operations that cannot be carried
 * to another dialect, and what the codec throws: `unsupported_field`, `invalid_request`.
 */
export function readCallerChat(call: {
  readonly dialect: DialectId;
  readonly operation: string;
  readonly path: string;
  readonly body: JsonObject;
  readonly target: DialectId;
}): CallerChat {
  const codec = dialectOf(call.dialect).codecs[call.operation];
  if (codec === undefined) throw notCarried(call.operation, call.target);
  const request = codec.readRequest(call.body, call.path);
  const options = call.body['stream_options'];
  const includeUsage =
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true;
  return { codec, request, includeUsage };
}

/** The provider's side of a translation. Throws `not_implemented` when its dialect has no chat shape here. */
export function targetCodec(target: DialectId): ChatCodec {
  const codec = dialectOf(target).codecs[CHAT];
  if (codec === undefined) throw notCarried(CHAT, target);
  return codec;
}

function notCarried(operation: string, target: DialectId): AppError {
  return new AppError(
    'not_implemented',
    `Calls of the kind "${operation}" cannot be carried to a provider that speaks ${dialectOf(target).title}. Name a model of a provider that speaks your client’s own API.`,
  );
}

/** The content type of a stream that is written for a caller of this dialect. */
export function streamTypeOf(dialect: DialectId): string {
  return dialectOf(dialect).wire.streamType;
}
