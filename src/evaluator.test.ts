import { afterEach, describe, expect, it } from 'vitest';
import { scoreItemOf } from '../test/support/score-item.ts';
import { createLog } from './core/log.ts';
import { type EvaluatorThread, openEvaluator } from './evaluator.ts';

let thread: EvaluatorThread | null = null;
afterEach(() => thread?.close());

function open(given: Partial<Parameters<typeof openEvaluator>[0]> = {}): EvaluatorThread {
  thread = openEvaluator({ log: createLog('silent'), ...given });
  return thread;
}

const breaking = new URL('../test/support/breaking-thread.ts', import.meta.url);

const item = scoreItemOf({ answer: 'Error: connection refused' });

describe('the evaluator thread', () => {
  it('answers in the order of the items, by the settings it was told before', async () => {
    const evaluator = open();
    const [first, second] = await evaluator.score([item, scoreItemOf({})]);
    expect(first?.[0]).toMatchObject({ evaluator: 'rule-basic', error: null });
    expect(first?.[0]?.drafts[0]).toMatchObject({ name: 'overall', label: 'error_like' });
    expect(second?.[0]?.drafts[0]).toMatchObject({ name: 'overall', label: 'ok' });
    evaluator.tell('settings', { version: 2, settings: [switchedOff] });
    const [third] = await evaluator.score([item]);
    expect(third?.some(({ evaluator: id }) => id === 'rule-basic')).toBe(false);
  });

  it.each([
    ['ends', 'break', 'ended'],
    ['takes too long', 'hang', 'took longer'],
  ])(
    'is started anew when it %s, and is told again what it has to know',
    async (_, answer, why) => {
      const evaluator = open({ file: breaking, timeoutMs: 3_000 });
      evaluator.tell('settings', { version: 7 });
      expect(await evaluator.score([item])).toMatchObject([[{ version: 'v7' }]]);
      await expect(evaluator.score([scoreItemOf({ answer })])).rejects.toThrow(why);
      expect(await evaluator.score([item])).toMatchObject([[{ version: 'v7' }]]);
    },
  );

  it('refuses when it was closed', async () => {
    const evaluator = open();
    await evaluator.close();
    await expect(evaluator.score([item])).rejects.toThrow('closed');
  });
});

const switchedOff = {
  projectId: item.projectId,
  evaluator: 'rule-basic',
  enabled: false,
  options: {},
  sampleRate: 1,
  flags: true,
  revision: 1,
};
