import type { SpanRow } from '../interactions/record.ts';

/** What a retrieval span says; null where it says nothing. */
export interface Retrieval {
  readonly hits: number | null;
  /** The best score among the passages found. */
  readonly relevance: number | null;
  readonly selected: number | null;
  readonly reranked: boolean | null;
  readonly query: string | null;
}

type Attributes = Readonly<Record<string, unknown>>;

const SCORES = ['score', 'relevance_score', 'relevance', 'similarity', 'rerank_score'];
const LISTS = ['documents', 'retrieval.documents', 'results', 'passages', 'sources'];
const SELECTED = ['selected', 'selected_documents', 'n_selected'];
const QUERIES = ['query', 'input.value', 'gen_ai.retrieval.query.text'];
/** OpenInference writes lists as one attribute a field. */
const FLAT_SCORE = /^retrieval\.documents\.(\d+)\.document\.(score|id|content)$/;

/**
 * A retrieval in whatever words its span has: `rag.retrieve` events, OpenInference attributes (flat or nested). A
 * distance is no score: smaller is better there, and nothing says by how much.
 */
export function readRetrieval({ attributes }: Pick<SpanRow, 'attributes'>): Retrieval {
  const documents = documentsIn(attributes);
  const said = wholeIn(attributes['hits']);
  const scores = (documents ?? []).flatMap((document) => scoreOf(document) ?? []);
  return {
    hits: said ?? documents?.length ?? null,
    relevance: scores.length === 0 ? null : Math.max(...scores),
    selected: selectedIn(attributes, documents),
    reranked: rerankedIn(attributes),
    query: queryIn(attributes),
  };
}

/** Whether a look into the cache of embeddings found something; null for any other span. */
export function readCacheLook({
  kind,
  attributes,
}: Pick<SpanRow, 'kind' | 'attributes'>): boolean | null {
  const hit = attributes['hit'];
  return kind === 'cache' && typeof hit === 'boolean' ? hit : null;
}

function documentsIn(attributes: Attributes): readonly unknown[] | null {
  for (const name of LISTS) {
    const list = attributes[name];
    if (Array.isArray(list)) return list;
  }
  const flat = new Map<string, Record<string, unknown>>();
  for (const [name, value] of Object.entries(attributes)) {
    const [, place, field] = FLAT_SCORE.exec(name) ?? [];
    if (place === undefined || field === undefined) continue;
    const document = flat.get(place) ?? {};
    document[field] = value;
    flat.set(place, document);
  }
  return flat.size === 0 ? null : [...flat.values()];
}

function scoreOf(document: unknown): number | null {
  if (typeof document !== 'object' || document === null) return null;
  const fields = new Map(Object.entries(document));
  const inner = fields.get('document');
  if (typeof inner === 'object' && inner !== null && !fields.has('score')) return scoreOf(inner);
  const found = SCORES.map((name) => fields.get(name)).find((value) => typeof value === 'number');
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

function selectedIn(attributes: Attributes, documents: readonly unknown[] | null): number | null {
  for (const name of SELECTED) {
    const value = attributes[name];
    if (Array.isArray(value)) return value.length;
    const whole = wholeIn(value);
    if (whole !== null) return whole;
  }
  const marks = (documents ?? []).flatMap((document) =>
    typeof document === 'object' && document !== null && 'selected' in document
      ? [document.selected === true]
      : [],
  );
  return marks.length === 0 ? null : marks.filter(Boolean).length;
}

function rerankedIn(attributes: Attributes): boolean | null {
  const enabled = attributes['rerank_enabled'];
  if (typeof enabled === 'boolean') return enabled;
  return typeof attributes['rerank_model'] === 'string' ? true : null;
}

function queryIn(attributes: Attributes): string | null {
  const found = QUERIES.map((name) => attributes[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : null;
}

function wholeIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}
