import { RetrievalQuery } from '../contract/retrieval.ts';
import { AppError } from '../core/errors.ts';
import type { FoundPassage } from './retrieval-metrics.ts';

const MAX_TOLD = 20;

/** Queries of a JSON lines file. Throws `invalid_request` that names every bad line, as far as 20. */
export function readQueries(text: string): RetrievalQuery[] {
  const problems: string[] = [];
  const queries = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, at) => {
      if (line.trim() === '') return [];
      try {
        const parsed = RetrievalQuery.safeParse(JSON.parse(line));
        if (parsed.success) return [parsed.data];
        const [issue] = parsed.error.issues;
        const where = issue?.path.join('.') ?? '';
        problems.push(`line ${at + 1}: ${`${where} ${issue?.message ?? ''}`.trim()}`);
      } catch {
        problems.push(`line ${at + 1}: is not JSON`);
      }
      return [];
    });
  if (problems.length > 0) {
    const more = problems.length > MAX_TOLD ? ` and ${problems.length - MAX_TOLD} more` : '';
    const told = problems.slice(0, MAX_TOLD).join('; ');
    throw new AppError('invalid_request', `Bad queries: ${told}${more}.`, {
      details: { problems: problems.slice(0, MAX_TOLD) },
    });
  }
  if (queries.length === 0) throw new AppError('invalid_request', 'The file holds no query.');
  return queries;
}

const LISTS = ['hits', 'results', 'matches', 'documents', 'items', 'data', 'sources'];

/** The passages of a retriever's answer, best first: a list, or an object with one; null when there is none. */
export function readPassages(answer: unknown): FoundPassage[] | null {
  const list = Array.isArray(answer) ? answer : listIn(answer);
  return list === null ? null : list.map(passageOf);
}

function listIn(answer: unknown): readonly unknown[] | null {
  const fields = fieldsOf(answer);
  const lists = LISTS.map((name) => fields.get(name));
  return lists.find((list): list is unknown[] => Array.isArray(list)) ?? null;
}

function passageOf(entry: unknown): FoundPassage {
  if (typeof entry === 'string') {
    return { distance: null, path: '', title: '', source: '', text: entry };
  }
  const outer = fieldsOf(entry);
  // Chains and vector stores put what is known of a passage aside.
  const fields = new Map([...fieldsOf(outer.get('metadata')), ...outer]);
  return {
    distance: numberIn(fields, ['distance', 'score', 'similarity']),
    path: textIn(fields, ['section_path', 'path', 'id', 'document_id', 'chunk_id']),
    title: textIn(fields, ['section_title', 'title', 'name']),
    source: textIn(fields, ['source', 'url', 'file', 'filename']),
    text: textIn(fields, ['doc', 'document', 'text', 'content', 'page_content', 'snippet']),
  };
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map<string, unknown>(isObject ? Object.entries(value) : []);
}

function textIn(fields: ReadonlyMap<string, unknown>, names: readonly string[]): string {
  const values = names.map((name) => fields.get(name));
  const found = values.find((value) => typeof value === 'string' || typeof value === 'number');
  return found === undefined ? '' : String(found);
}

function numberIn(fields: ReadonlyMap<string, unknown>, names: readonly string[]): number | null {
  const found = names.map((name) => fields.get(name)).find((value) => typeof value === 'number');
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}
