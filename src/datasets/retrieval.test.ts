import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RetrievalQuery } from '../contract/retrieval.ts';
import { evaluateRetrieval, httpRetriever } from './evaluate-retrieval.ts';
import { readPassages, readQueries } from './read-retrieval.ts';
import { type FoundPassage, judgeQuery, retrievalReport } from './retrieval-metrics.ts';

const passage = (path: string, text = ''): FoundPassage => ({
  distance: null,
  path,
  title: '',
  source: 'doc.md',
  text,
});

const query = (given: Partial<RetrievalQuery>): RetrievalQuery => ({
  query: 'q',
  relevant_section_paths: [],
  keywords: [],
  ...given,
});

describe('one result list', () => {
  it('is judged as worked out by hand', () => {
    const { metrics, hits } = judgeQuery(
      query({ relevant_section_paths: ['a', 'b', 'c'] }),
      ['x', 'a', 'y', 'b', 'z'].map((path) => passage(path)),
      [1, 3, 5],
    );
    expect(hits.map(({ is_relevant: found }) => found)).toEqual([false, true, false, true, false]);
    expect(metrics['mrr']).toBe(1 / 2);
    expect([metrics['recall@1'], metrics['recall@3'], metrics['recall@5']]).toEqual([
      0,
      1 / 3,
      2 / 3,
    ]);
    const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
    expect(metrics['ndcg@5']).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / ideal, 12);
    expect(metrics['ndcg@1']).toBe(0);
  });

  it('counts several chunks of a section once, which is where tcVocLLM exceeded 1', () => {
    const { metrics } = judgeQuery(
      query({ relevant_section_paths: ['a'] }),
      [passage('a', '1'), passage('a', '2'), passage('a', '3')],
      [1, 3],
    );
    expect(metrics).toEqual({ mrr: 1, 'recall@1': 1, 'recall@3': 1, 'ndcg@1': 1, 'ndcg@3': 1 });
    const many = judgeQuery(
      query({ keywords: ['Pump'] }),
      [passage('a', 'a pump'), passage('b', 'PUMPS'), passage('', 'no'), passage('', 'pump')],
      [1, 4],
    );
    expect(many.metrics).toMatchObject({ 'recall@1': 1 / 3, 'recall@4': 1, 'ndcg@1': 1 });
  });

  it('is 0 when nothing relevant was found', () => {
    const { metrics } = judgeQuery(query({ keywords: ['x'] }), [passage('a')], [5]);
    expect(metrics).toEqual({ mrr: 0, 'recall@5': 0, 'ndcg@5': 0 });
  });

  it('has figures from 0 to 1 that grow with k for recall, whatever is found', () => {
    const path = fc.constantFrom('a', 'b', 'c', 'd', '');
    const list = fc.array(fc.tuple(path, fc.constantFrom('pump', 'valve', '')), { maxLength: 12 });
    fc.assert(
      fc.property(list, fc.uniqueArray(path), fc.boolean(), (found, paths, byWord) => {
        const wanted = query({
          relevant_section_paths: paths.filter((one) => one !== ''),
          keywords: byWord ? ['pump'] : [],
        });
        const passages = found.map(([one, text]) => passage(one, text));
        const { metrics } = judgeQuery(wanted, passages, [1, 3, 10]);
        for (const value of Object.values(metrics)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(metrics['recall@10']).toBeGreaterThanOrEqual(metrics['recall@1'] ?? 0);
      }),
    );
  });
});

describe('a queries file', () => {
  it('is read line by line, and bad lines are named', () => {
    expect(
      readQueries(
        '{"query":"a","keywords":["k"]}\n\n{"id":7,"query":"b","relevant_section_paths":["p"]}',
      ),
    ).toEqual([
      { query: 'a', keywords: ['k'], relevant_section_paths: [] },
      { id: '7', query: 'b', keywords: [], relevant_section_paths: ['p'] },
    ]);
    expect(() => readQueries('{"query":"a","keywords":["k"]}\n{"query":"b"}\nnonsense')).toThrow(
      /line 2: relevant_section_paths or keywords is needed; line 3: is not JSON/,
    );
    expect(() => readQueries('\n')).toThrow(/no query/);
  });
});

describe('an evaluation', () => {
  const post = async (_: string, body: object): Promise<unknown> => {
    const text = String((body as { query: string }).query);
    if (text === 'broken') throw new Error('away');
    if (text === 'odd') return { answer: 42 };
    return { results: [{ id: 'a', metadata: { title: 'A' }, score: 0.9 }, 'plain text with pump'] };
  };

  it('averages with intervals over what was answered, and names the rest', async () => {
    const queries = ['one', 'broken', 'two', 'odd'].map((text) =>
      query({ query: text, relevant_section_paths: ['a'] }),
    );
    const retrieve = httpRetriever(post, 'http://retriever.test');
    const signal = new AbortController().signal;
    const report = await evaluateRetrieval({ retrieve, signal }, queries, [1, 5]);
    expect(report).toMatchObject({
      num_queries: 2,
      k_values: [1, 5],
      summary: { mrr: 1, 'recall@1': 1, 'ndcg@5': 1 },
      intervals: { mrr: { value: 1, n: 2 } },
      skipped: [
        { id: '2', reason: 'away' },
        { id: '4', reason: 'The answer has no list of hits.' },
      ],
    });
    expect(report.queries[0]?.hits[0]).toEqual({
      rank: 1,
      distance: 0.9,
      section_path: 'a',
      section_title: 'A',
      source: '',
      is_relevant: true,
    });
  });

  it('has no figures of nothing', () => {
    const report = retrievalReport([{ query: query({}), reason: 'away' }], [1]);
    expect(report.summary).toEqual({});
    expect(report.intervals['mrr']).toEqual({ value: null, n: 0, low: null, high: null });
  });

  it('reads lists however they are wrapped', () => {
    expect(readPassages([{ text: 'x' }])).toHaveLength(1);
    expect(readPassages({ documents: [{ page_content: 'y', metadata: { source: 's' } }] })).toEqual(
      [{ distance: null, path: '', title: '', source: 's', text: 'y' }],
    );
    expect(readPassages(null)).toBeNull();
  });
});
