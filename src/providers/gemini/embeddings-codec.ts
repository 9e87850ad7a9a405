import { AppError } from '../../core/errors.ts';
import { readError } from '../content.ts';
import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  WrittenRequest,
} from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import { asCount, asList, asObject, type JsonObject, listOf, objectsOf } from '../json.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import {
  countIn,
  neededTextIn,
  objectIn,
  type Place,
  placesIn,
  textIn,
} from '../request-fields.ts';
import { readPath, writePath } from './path.ts';

const BATCH_FIELDS = new Set(['requests', 'model']);
const FIELDS = new Set(['model', 'content', 'outputDimensionality']);
const CONTENT_FIELDS = new Set(['parts', 'role']);

/** `:embedContent` for one text and `:batchEmbedContents` for several; always the latter towards Gemini. */
export const geminiEmbeddings: EmbeddingsCodec = {
  readRequest(body: JsonObject, path = ''): EmbeddingsRequest {
    const single = body['requests'] === undefined;
    const place: Place = { object: body, path: '' };
    if (!single) refuseUnknown(body, BATCH_FIELDS, '');
    const places = single ? [place] : placesIn(place, 'requests');
    const lengths = new Set(places.map((one) => countIn(one, 'outputDimensionality')));
    if (lengths.size > 1) {
      throw unsupportedField('outputDimensionality', 'all vectors of a call are of one length.');
    }
    return {
      model: readPath(path)?.model ?? modelOf(places),
      input: places.map(readText),
      dimensions: [...lengths][0] ?? null,
      encoding: 'float',
      userId: null,
      single,
    };
  },

  writeRequest({ model, input, dimensions }): WrittenRequest {
    const requests = input.map((text) => ({
      model: `models/${model}`,
      content: { parts: [{ text }] },
      ...(dimensions !== null && { outputDimensionality: dimensions }),
    }));
    const method = 'batchEmbedContents';
    const path = writePath({ version: 'v1beta', model, method, query: '' });
    return { path, body: { requests }, headers: {} };
  },

  readAnswer(body): EmbeddingsAnswer {
    const single = listOf(asObject(body['embedding']));
    const vectors = single.length > 0 ? single : objectsOf(body['embeddings']);
    if (vectors.length === 0) {
      const words = readError(body);
      const told = words === null ? '' : `: ${words}`;
      throw new AppError('upstream_truncated', `The provider sent no vectors${told}`);
    }
    const input = asCount(asObject(body['usageMetadata'])?.['promptTokenCount']);
    return {
      // Gemini does not say.
      model: '',
      vectors: vectors.map(({ values }) =>
        asList(values).filter((value) => typeof value === 'number'),
      ),
      usage: input === null ? NO_USAGE : { ...NO_USAGE, input, source: 'reported' },
    };
  },

  writeAnswer({ vectors, usage }, { single }): JsonObject {
    const embeddings = vectors.map((values) => ({ values }));
    return {
      ...(single === true ? { embedding: embeddings[0] ?? { values: [] } } : { embeddings }),
      ...(usage.input !== null && { usageMetadata: { promptTokenCount: usage.input } }),
    };
  },
};

function modelOf([first]: readonly Place[]): string {
  if (first === undefined) throw invalidField('requests', 'a list of requests');
  return neededTextIn(first, 'model').replace(/^models\//, '');
}

/** The text of one request, its parts as lines. */
function readText(place: Place): string {
  refuseUnknown(place.object, FIELDS, place.path);
  const object = objectIn(place, 'content');
  if (object === null) throw invalidField(`${place.path}content`, 'an object');
  const content: Place = { object, path: `${place.path}content.` };
  refuseUnknown(object, CONTENT_FIELDS, content.path);
  return placesIn(content, 'parts')
    .map((part) => {
      const text = textIn(part, 'text');
      if (text !== null) return text;
      throw unsupportedField(part.path.slice(0, -1), 'only texts can be carried over.');
    })
    .join('\n');
}
