import { asCount, asText, type JsonObject } from '../json.ts';
import { readInput } from '../openai-completions.ts';
import { countPieces } from './compose.ts';

const DEFAULT_DIMENSIONS = 256;
const MAX_DIMENSIONS = 4096;
const MAX_INPUTS = 256;

/**
 * The body of an embeddings answer; null when there is no input. Vectors have length 1 and are made
 * from hashed three-letter pieces, so texts that share words are close to each other.
 */
export function writeEmbeddings(body: JsonObject): string | null {
  const { texts, tokenIds } = readInput(body['input']);
  if (texts.length === 0 && tokenIds === 0) return null;
  const asked = asCount(body['dimensions']) ?? DEFAULT_DIMENSIONS;
  const dimensions = Math.min(Math.max(asked, 1), MAX_DIMENSIONS);
  const isBase64 = body['encoding_format'] === 'base64';
  const inputs = texts.length === 0 ? [`${tokenIds} tokens`] : texts.slice(0, MAX_INPUTS);
  const tokens = countPieces(inputs);
  return JSON.stringify({
    object: 'list',
    data: inputs.map((text, index) => {
      const vector = embed(text, dimensions);
      return {
        object: 'embedding',
        index,
        embedding: isBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector],
      };
    }),
    model: asText(body['model']),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const padded = ` ${text.toLowerCase()} `;
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    const hash = fnv1a(padded.slice(at, at + 3));
    const slot = hash % dimensions;
    vector[slot] = (vector[slot] ?? 0) + (hash & 0x8000_0000 ? -1 : 1);
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** FNV-1a, 32 bits (source: Fowler, Noll and Vo, draft-eastlake-fnv). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash;
}
