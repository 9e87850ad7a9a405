import { modelToEncodingMap } from 'gpt-tokenizer/mapping';

export type Tokenizer = 'o200k_base' | 'cl100k_base' | 'p50k_base' | 'r50k_base';

/** How a model's text is counted. */
export interface Encoding {
  readonly tokenizer: Tokenizer;
  /** False when the model's own tokenizer is not public or not known: counts are then close, not exact. */
  readonly isExact: boolean;
  /** Models that bill tokens they do not show. */
  readonly hidesReasoning: boolean;
}

const DEFAULT: Encoding = { tokenizer: 'o200k_base', isExact: false, hidesReasoning: false };

const ENCODINGS: ReadonlyMap<string, string> = new Map(Object.entries(modelToEncodingMap));

/** The encoding of a model by name; names of OpenAI that are newer than the tables count as o200k. */
export function encodingOf(model: string | null): Encoding {
  if (model === null) return DEFAULT;
  const name =
    model
      .slice(model.lastIndexOf('/') + 1)
      .replace(/^ft:/, '')
      .split(':')[0] ?? '';
  const known = ENCODINGS.get(name);
  const hidesReasoning = /^(?:o\d|gpt-[5-9])/.test(name) && !/chat/.test(name);
  return {
    tokenizer: known === undefined ? byPrefix(name) : toTokenizer(known),
    isExact: known !== undefined || /^(?:gpt-|o\d|chatgpt|text-embedding-)/.test(name),
    hidesReasoning,
  };
}

function byPrefix(name: string): Tokenizer {
  if (/^gpt-(?:4o|4\.)/.test(name)) return 'o200k_base';
  return /^(?:gpt-3\.5|gpt-35|gpt-4(?:-|$)|text-embedding-)/.test(name)
    ? 'cl100k_base'
    : 'o200k_base';
}

function toTokenizer(encoding: string): Tokenizer {
  switch (encoding) {
    case 'cl100k_base':
    case 'r50k_base':
      return encoding;
    case 'gpt2':
      return 'r50k_base';
    case 'p50k_base':
    case 'p50k_edit':
      return 'p50k_base';
    default:
      return 'o200k_base';
  }
}

/** Only this many characters of a call are counted; what is longer is estimated from them. */
export const MAX_COUNTED_CHARS = 200_000;
/** Byte-pair merging takes the square of an unbroken run's length; longer runs are counted in pieces. */
const MAX_RUN_CHARS = 256;
const LONG_RUN = /\S{257,}|\s{257,}/g;

/** The tokens of texts, each counted on its own. `isExact` is false when they were too long to count whole. */
export async function countText(
  texts: readonly string[],
  tokenizer: Tokenizer,
): Promise<{ readonly tokens: number; readonly isExact: boolean }> {
  const count = await loadTokenizer(tokenizer);
  let tokens = 0;
  let counted = 0;
  let total = 0;
  for (const text of texts) {
    total += text.length;
    const room = MAX_COUNTED_CHARS - counted;
    const piece = text.length <= room ? text : text.slice(0, room);
    for (const run of breakRuns(piece)) tokens += count(run);
    counted += piece.length;
  }
  const isExact = counted === total;
  return { tokens: isExact ? tokens : Math.round((tokens * total) / counted), isExact };
}

/** The text, cut inside runs that would take too long; a cut adds one token at most. */
function breakRuns(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(LONG_RUN)) {
    const end = match.index + match[0].length;
    for (let cut = match.index + MAX_RUN_CHARS; cut < end; cut += MAX_RUN_CHARS) {
      pieces.push(text.slice(from, cut));
      from = cut;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}

type CountTokens = (text: string) => number;

/** Loaded on first use: a table takes 0.2 s and tens of megabytes. */
const loaded = new Map<Tokenizer, Promise<CountTokens>>();

function loadTokenizer(tokenizer: Tokenizer): Promise<CountTokens> {
  const known = loaded.get(tokenizer);
  if (known !== undefined) return known;
  const loading = importTokenizer(tokenizer).then(toCounter);
  loaded.set(tokenizer, loading);
  return loading;
}

interface TokenizerModule {
  countTokens(text: string, options: { disallowedSpecial: Set<string> }): number;
}

// Text such as `<|endoftext|>` from users is text, not a control token.
const COUNT_OPTIONS = { disallowedSpecial: new Set<string>() };

function toCounter({ countTokens }: TokenizerModule): CountTokens {
  return (text): number => (text === '' ? 0 : countTokens(text, COUNT_OPTIONS));
}

function importTokenizer(tokenizer: Tokenizer): Promise<TokenizerModule> {
  switch (tokenizer) {
    case 'o200k_base':
      return import('gpt-tokenizer/encoding/o200k_base');
    case 'cl100k_base':
      return import('gpt-tokenizer/encoding/cl100k_base');
    case 'p50k_base':
      return import('gpt-tokenizer/encoding/p50k_base');
    case 'r50k_base':
      return import('gpt-tokenizer/encoding/r50k_base');
    default:
      return tokenizer satisfies never;
  }
}
