import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  WrittenRequest,
} from '../dialect.ts';
import { asText, type JsonObject, objectsOf } from '../json.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { countIn, neededTextIn, type Place, textIn, wordIn } from '../request-fields.ts';
import { readUsage } from '../usage.ts';
import { noAnswer } from './chat-answer.ts';
import { filled } from './write-chat-request.ts';

const FIELDS = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);

/** `POST /embeddings`. */
export const openAiEmbeddings: EmbeddingsCodec = {
  readRequest(body: JsonObject): EmbeddingsRequest {
    const place: Place = { object: body, path: '' };
    refuseUnknown(body, FIELDS, '');
    return {
      model: neededTextIn(place, 'model'),
      input: readInput(body['input']),
      dimensions: countIn(place, 'dimensions'),
      encoding: wordIn(place, 'encoding_format', ['float', 'base64']) ?? 'float',
      userId: textIn(place, 'user'),
    };
  },

  writeRequest({ model, input, dimensions, userId }): WrittenRequest {
    const body = {
      model,
      input,
      ...filled({ dimensions, user: userId }),
      encoding_format: 'float',
    };
    return { path: '/embeddings', body, headers: {} };
  },

  readAnswer(body): EmbeddingsAnswer {
    if (!Array.isArray(body['data'])) throw noAnswer(body);
    const items = [...objectsOf(body['data'])].sort(
      (one, other) => Number(one['index'] ?? 0) - Number(other['index'] ?? 0),
    );
    return {
      model: asText(body['model']) ?? '',
      vectors: items.map(({ embedding }) => readVector(embedding)),
      usage: readUsage(body['usage']),
    };
  },

  writeAnswer({ model, vectors, usage }, { encoding, model: asked }): JsonObject {
    const data = vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? toBase64(vector) : vector,
    }));
    const tokens = usage.input ?? 0;
    const counts = { prompt_tokens: tokens, total_tokens: tokens };
    return { object: 'list', data, model: model || asked, usage: counts };
  },
};

function readInput(input: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  return items.map((item, index) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || Array.isArray(item)) {
      throw unsupportedField('input', 'ids of tokens mean nothing to another model.');
    }
    throw invalidField(`input[${index}]`, 'a string');
  });
}

/** 32-bit floats, little-endian: what OpenAI's clients ask for unless told otherwise. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function readVector(embedding: unknown): number[] {
  if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64');
    return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
      bytes.readFloatLE(index * 4),
    );
  }
  return Array.isArray(embedding) ? embedding.filter((value) => typeof value === 'number') : [];
}
