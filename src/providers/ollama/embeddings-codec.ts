import { AppError } from '../../core/errors.ts';
import { readError } from '../content.ts';
import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  WrittenRequest,
} from '../dialect.ts';
import { asList, asText, type JsonObject } from '../json.ts';
import { invalidField, refuseUnknown } from '../refuse-field.ts';
import { countIn, neededTextIn, objectIn, type Place } from '../request-fields.ts';
import { MACHINE_FIELDS, MACHINE_OPTIONS } from './not-carried.ts';
import { readCounts } from './usage.ts';

const FIELDS = new Set([...MACHINE_FIELDS, 'model', 'input', 'prompt', 'dimensions', 'options']);
const OPTIONS = new Set(MACHINE_OPTIONS);

/** `POST /api/embed`, and for callers `POST /api/embeddings` before it: one prompt, one vector. */
export const ollamaEmbeddings: EmbeddingsCodec = {
  readRequest(body: JsonObject): EmbeddingsRequest {
    const place: Place = { object: body, path: '' };
    refuseUnknown(body, FIELDS, '');
    refuseUnknown(objectIn(place, 'options') ?? {}, OPTIONS, 'options.');
    const single = body['input'] === undefined && body['prompt'] !== undefined;
    return {
      model: neededTextIn(place, 'model'),
      input: readInput(single ? body['prompt'] : body['input']),
      single,
      dimensions: countIn(place, 'dimensions'),
      encoding: 'float',
      userId: null,
    };
  },

  writeRequest({ model, input, dimensions }): WrittenRequest {
    const body = { model, input, ...(dimensions !== null && { dimensions }) };
    return { path: '/api/embed', body, headers: {} };
  },

  readAnswer(body): EmbeddingsAnswer {
    if (!Array.isArray(body['embeddings'])) {
      const words = readError(body);
      const told = words === null ? '' : `: ${words}`;
      throw new AppError('upstream_truncated', `The provider sent no vectors${told}`);
    }
    return {
      model: asText(body['model']) ?? '',
      vectors: body['embeddings'].map((vector: unknown) =>
        asList(vector).filter((value) => typeof value === 'number'),
      ),
      usage: readCounts(body),
    };
  },

  writeAnswer({ model, vectors, usage }, { single, model: asked }): JsonObject {
    if (single === true) return { embedding: vectors[0] ?? [] };
    return {
      model: model || asked,
      embeddings: vectors,
      total_duration: 0,
      load_duration: 0,
      prompt_eval_count: usage.input ?? 0,
    };
  },
};

function readInput(input: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  return items.map((item, index) => {
    if (typeof item !== 'string') throw invalidField(`input[${index}]`, 'a string');
    return item;
  });
}
