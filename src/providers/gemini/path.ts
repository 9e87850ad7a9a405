/** What a path of the Gemini API says. */
export interface GeminiPath {
  /** `v1beta`, `v1`; empty where the path has none. */
  readonly version: string;
  /** Without `models/`; tuned models keep their `tunedModels/`. */
  readonly model: string;
  /** `generateContent`, `streamGenerateContent`, `countTokens`, `embedContent`, `batchEmbedContents`. */
  readonly method: string;
  /** With its question mark; empty without one. */
  readonly query: string;
}

const PATH = /^(?:\/(v\d[^/]*))?\/(models|tunedModels)\/([^?]+):([A-Za-z]+)(\?.*)?$/;

/**
 * Takes apart `/v1beta/models/{model}:{method}`. Names may hold slashes and colons, encoded or not
 * (`demo/good`, `llama3:8b`): the last colon ends them. Null for any other path.
 */
export function readPath(path: string): GeminiPath | null {
  const found = PATH.exec(path);
  if (found === null) return null;
  const [, version = '', kind, name = '', method = '', query = ''] = found;
  const model = decoded(name);
  return { version, model: kind === 'models' ? model : `${kind}/${model}`, method, query };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The path of a call, below the host. */
export function writePath({ version, model, method, query }: GeminiPath): string {
  const name = /^(?:tunedModels|models)\//.test(model) ? model : `models/${model}`;
  const encoded = name.split('/').map(encodeURIComponent).join('/');
  return `${version === '' ? '' : `/${version}`}/${encoded}:${method}${query}`;
}

/** Whether the answer is a stream; the body does not say. */
export function isStreamPath(path: string): boolean {
  return readPath(path)?.method === 'streamGenerateContent';
}

/** Whether a stream is asked for as one JSON list, which is the default, instead of as server-sent events. */
export function isListStreamPath(path: string): boolean {
  const found = readPath(path);
  if (found?.method !== 'streamGenerateContent') return false;
  return new URLSearchParams(found.query).get('alt') !== 'sse';
}
