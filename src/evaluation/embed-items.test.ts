import { describe, expect, it } from 'vitest';
import { scoreItemOf } from '../../test/support/score-item.ts';
import { createLog } from '../core/log.ts';
import type { EmbedRequest } from './ask-embeddings.ts';
import { createAskEmbeddings } from './ask-embeddings.ts';
import { embedFirst } from './embed-items.ts';
import type { ScoreItem } from './scorer.ts';
import { DEFAULT_SETTING, SettingsDirectory } from './settings.ts';

const log = createLog('SILENT');

/** What the scorer was handed, when embeddings were asked for as given. */
async function scored(
  items: readonly ScoreItem[],
  askEmbeddings: (request: EmbedRequest) => Promise<readonly (readonly number[])[]>,
  settings = new SettingsDirectory(),
): Promise<readonly ScoreItem[]> {
  const handed: ScoreItem[] = [];
  const score = embedFirst({ askEmbeddings, model: 'tiny', settings, log }, (given) => {
    handed.push(...given);
    return Promise.resolve(given.map(() => []));
  });
  await score(items);
  return handed;
}

function item(id: string, projectId = 'p'): ScoreItem {
  const made = scoreItemOf({ prompt: `question ${id}`, answer: `answer ${id}` });
  return { ...made, interactionId: id, projectId };
}

describe('given an embedding model', () => {
  it('asks for many items at once, each project by itself, and hands on the cosines', async () => {
    const asked: EmbedRequest[] = [];
    const items = [...Array.from({ length: 20 }, (_, at) => item(`${at}`)), item('other', 'q')];
    const handed = await scored(items, (request) => {
      asked.push(request);
      return Promise.resolve(request.texts.map((_, at) => (at % 2 === 0 ? [1, 0] : [3, 4])));
    });
    expect(asked.map(({ projectId, texts }) => [projectId, texts.length])).toEqual([
      ['p', 32],
      ['p', 8],
      ['q', 2],
    ]);
    expect(asked[0]?.texts.slice(0, 2)).toEqual(['question 0', 'answer 0']);
    for (const { subject } of handed) {
      expect(subject.embedded).toEqual({ cosine: 0.6, model: 'tiny' });
    }
  });

  it('asks nothing where the evaluator is off, not wanted, or has nothing to compare', async () => {
    const off = new SettingsDirectory();
    const setting = { ...DEFAULT_SETTING, projectId: 'off', evaluator: 'semantic_similarity' };
    off.replace({ version: 1, settings: [{ ...setting, enabled: false }] });
    const empty = item('empty');
    const items: ScoreItem[] = [
      item('1', 'off'),
      { ...item('2'), only: ['toxicity'] },
      { ...item('3'), without: ['semantic_similarity'] },
      { ...empty, subject: { ...empty.subject, answer: ' ' } },
    ];
    const handed = await scored(items, () => Promise.reject(new Error('asked')), off);
    expect(handed).toEqual(items);
  });
});

describe('given a model that does not answer', () => {
  it('scores all the same, without cosines, and does not ask again for the batch', async () => {
    let calls = 0;
    const items = Array.from({ length: 40 }, (_, at) => item(`${at}`));
    const handed = await scored(items, () => {
      calls += 1;
      return Promise.reject(new Error('away'));
    });
    expect(handed).toEqual(items);
    expect(calls).toBe(1);
  });

  it.each([
    ['a refusal', 402, '{"error":{"message":"budget"}}'],
    ['no JSON', 200, 'surely'],
    ['no vectors', 200, '{"data":[]}'],
    ['another shape', 200, '{"vectors":[[1]]}'],
  ])('rejects for %s', async (_case, status, body) => {
    const ask = createAskEmbeddings({
      fetch: () => Promise.resolve(new Response(body, { status })),
      clock: { now: () => 0, monotonic: () => 0 },
      way: () => Promise.resolve({ url: 'http://127.0.0.1:1', key: new Uint8Array(32) }),
    });
    const request = { projectId: 'p', model: 'tiny', texts: ['one'], timeoutMs: 1_000 };
    await expect(ask(request)).rejects.toThrow();
  });

  it('rejects without a gateway', async () => {
    const ask = createAskEmbeddings({
      fetch,
      clock: { now: () => 0, monotonic: () => 0 },
      way: () => Promise.resolve(null),
    });
    const request = { projectId: 'p', model: 'tiny', texts: ['one'], timeoutMs: 1_000 };
    await expect(ask(request)).rejects.toThrow('gateway');
  });
});
