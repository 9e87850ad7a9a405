import { AppError } from '../core/errors.ts';
import type { Usage } from '../interactions/record.ts';
import type {
  ChatCodec,
  DialectId,
  EmbeddingsCodec,
  StreamReader,
  StreamWriter,
  WrittenRequest,
} from '../providers/dialect.ts';
import { dialectOf } from '../providers/dialects.ts';
import type { JsonObject } from '../providers/json.ts';

/** A call between two dialects: its answer on the way back. */
export interface Translation {
  /** Whether the answer was asked for as a stream. */
  readonly streams: boolean;
  /** A whole answer in the caller's words, and what it tells of usage; `createdAt` in Unix seconds. Throws AppError for what is no answer. */
  answer(body: JsonObject, createdAt: number): { readonly body: JsonObject; readonly usage: Usage };
  /** Both ends of a streamed answer; `createdAt` in Unix seconds. */
  stream(createdAt: number): { readonly reader: StreamReader; readonly writer: StreamWriter };
}

/** What a caller asked, in no dialect's words: read once, whatever targets follow. */
export interface CallerQuestion {
  /**
   * The question for a target, by the name under which it knows the model (null: the caller's). Throws
   * `unsupported_field` and `not_implemented` for what cannot be carried over.
   */
  to(
    target: DialectId,
    model: string | null,
  ): { request: WrittenRequest; translation: Translation };
  readonly model: string;
}

/** The operation of a dialect's usual chat shape. */
const CHAT = 'chat';

/** What is needed to read a caller's question. */
export interface Asked {
  readonly dialect: DialectId;
  readonly operation: string;
  readonly path: string;
  /** Throws `invalid_json` when the body is no JSON object. */
  body(): JsonObject;
}

/**
 * The caller's question in neutral words. Throws `not_implemented` for operations that cannot be carried to
 * another dialect, and what the codec throws: `unsupported_field`, `invalid_request`.
 */
export function readQuestion(asked: Asked, target: DialectId): CallerQuestion {
  const dialect = dialectOf(asked.dialect);
  const { embeddings } = dialect;
  if (asked.operation === 'embeddings' && embeddings !== undefined) {
    return embeddingsQuestion(asked, embeddings);
  }
  const codec = dialect.codecs[asked.operation];
  if (codec === undefined) throw notCarried(asked.operation, target);
  return chatQuestion(asked, codec);
}

function chatQuestion({ body: read, path }: Asked, codec: ChatCodec): CallerQuestion {
  const body = read();
  const asked = codec.readRequest(body, path);
  const includeUsage = asksUsage(body);
  return {
    model: asked.model,
    to(target, model): ReturnType<CallerQuestion['to']> {
      const from = dialectOf(target).codecs[CHAT];
      if (from === undefined) throw notCarried(CHAT, target);
      return {
        request: from.writeRequest(model === null ? asked : { ...asked, model }),
        translation: {
          streams: asked.stream,
          answer(answered, createdAt): ReturnType<Translation['answer']> {
            const answer = from.readAnswer(answered);
            // Not every provider says when it answered, and callers want to know.
            const dated = { ...answer, createdAt: answer.createdAt ?? createdAt };
            return { body: codec.writeAnswer(dated, asked), usage: answer.usage };
          },
          stream: (createdAt) => ({
            reader: from.streamReader(),
            writer: codec.streamWriter(asked, { includeUsage, createdAt }),
          }),
        },
      };
    },
  };
}

function embeddingsQuestion({ body, path }: Asked, codec: EmbeddingsCodec): CallerQuestion {
  const asked = codec.readRequest(body(), path);
  return {
    model: asked.model,
    to(target, model): ReturnType<CallerQuestion['to']> {
      const from = dialectOf(target).embeddings;
      if (from === undefined) throw notCarried('embeddings', target);
      return {
        request: from.writeRequest(model === null ? asked : { ...asked, model }),
        translation: {
          streams: false,
          answer(answered): ReturnType<Translation['answer']> {
            const answer = from.readAnswer(answered);
            return { body: codec.writeAnswer(answer, asked), usage: answer.usage };
          },
          stream: (): never => {
            throw new Error('Embeddings are never streamed.');
          },
        },
      };
    },
  };
}

/** Whether the caller asked for usage in its stream, where that is a question. */
function asksUsage(body: JsonObject): boolean {
  const options = body['stream_options'];
  return (
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true
  );
}

function notCarried(operation: string, target: DialectId): AppError {
  return new AppError(
    'not_implemented',
    `Calls of the kind "${operation}" cannot be carried to a provider that speaks ${dialectOf(target).title}. Name a model of a provider that speaks your client’s own API.`,
  );
}

/** The content type of a stream that is written for a caller of this dialect. */
export function streamTypeOf(dialect: DialectId, operation: string): string {
  // Gemini's list of chunks is a JSON document that grows.
  if (operation === 'chat_list') return 'application/json';
  return dialectOf(dialect).wire.streamType;
}
