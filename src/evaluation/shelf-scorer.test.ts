import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scoreItemOf } from '../../test/support/score-item.ts';
import { defineEvaluator, type Evaluator, found, passed } from '../evaluators/define-evaluator.ts';
import { LOCAL_EVALUATORS } from '../evaluators/index.ts';
import { isSampled, sampleUnit } from './sample.ts';
import { type ItemScores, type ScoreItem, scoreItem } from './scorer.ts';
import { DEFAULT_SETTING, type EvaluatorSetting, SettingsDirectory } from './settings.ts';
import { createShelfScorer } from './shelf-scorer.ts';

const calm = defineEvaluator({
  id: 'calm',
  version: 'v1',
  title: 'Calm',
  description: 'Finds fault with shouting.',
  kind: 'detector',
  options: z.strictObject({ marks: z.number().int().min(1).default(1) }),
  needs: ['answer'],
  evaluate: ({ answer }, { marks }) =>
    answer.includes('!'.repeat(marks))
      ? [found('calm', { value: 0.2, label: 'alert', reason: 'It shouts.', flagged: true })]
      : [passed('calm')],
});
const broken: Evaluator = {
  ...calm,
  id: 'broken',
  evaluate: () => {
    throw new Error('out of order');
  },
};
const boastful: Evaluator = {
  ...calm,
  id: 'boastful',
  evaluate: () => [{ ...passed('boastful'), value: 1.5 }],
};

const PROJECT = 'p1';

function settingsOf(settings: Record<string, Partial<EvaluatorSetting>>): SettingsDirectory {
  const directory = new SettingsDirectory();
  directory.replace({
    version: 1,
    settings: Object.entries(settings).map(([evaluator, setting]) => ({
      ...DEFAULT_SETTING,
      ...setting,
      evaluator,
      projectId: PROJECT,
    })),
  });
  return directory;
}

function score(
  evaluators: readonly Evaluator[],
  item: Partial<ScoreItem> & { answer?: string },
  settings: Record<string, Partial<EvaluatorSetting>> = {},
): ItemScores {
  const scorer = createShelfScorer({
    evaluators,
    settings: settingsOf(settings),
    monotonic: () => 0,
  });
  const { answer = 'Stop!', ...rest } = item;
  return scoreItem([scorer], { ...scoreItemOf({ answer }), projectId: PROJECT, ...rest });
}

describe('given several evaluators', () => {
  it('lets one that throws, or leaves [0, 1], fail alone', () => {
    const said = score([broken, calm, boastful], {});
    expect(said.map(({ evaluator, drafts, error }) => [evaluator, drafts.length, error])).toEqual([
      ['broken', 0, 'out of order'],
      ['calm', 1, null],
      ['boastful', 0, '"boastful" is 1.5, not within 0 and 1'],
    ]);
  });

  it('does not ask those whose needs are missing', () => {
    const grounded: Evaluator = { ...calm, id: 'grounded', needs: ['context'] };
    const asking: Evaluator = { ...calm, id: 'asking', needs: ['prompt'] };
    const subject = scoreItemOf({ answer: '', prompt: null }).subject;
    expect(score([grounded, asking, calm], { subject })).toEqual([]);
    const rule: Evaluator = { ...calm, kind: 'rule' };
    expect(score([rule], { subject })).toHaveLength(1);
  });

  it('asks only those that are wanted, and none that is not', () => {
    expect(score([calm, broken], { only: ['calm'] })).toHaveLength(1);
    expect(score([calm, broken], { without: ['calm'] })).toHaveLength(1);
  });
});

describe('given settings of a project', () => {
  it('does not ask what is switched off', () => {
    expect(score([calm], {}, { calm: { enabled: false } })).toEqual([]);
  });

  it('uses its options, and tells by the version that they are not the usual ones', () => {
    const [usual] = score([calm], {});
    const [other] = score([calm], {}, { calm: { options: { marks: 2 } } });
    expect(usual).toMatchObject({ version: 'v1', drafts: [{ value: 0.2 }] });
    expect(other).toMatchObject({ drafts: [{ value: 1 }] });
    expect(other?.version).toMatch(/^v1\+[0-9a-f]{8}$/);
    const [spelled] = score([calm], {}, { calm: { options: { marks: 1 } } });
    expect(spelled?.version).toBe('v1');
  });

  it('tells options that are not valid any more instead of running by others', () => {
    const [said] = score([calm], {}, { calm: { options: { noise: true } } });
    expect(said?.error).toContain('noise');
  });

  it('flags nothing where that is switched off', () => {
    const [said] = score([calm], {}, { calm: { flags: false } });
    expect(said?.drafts).toMatchObject([{ label: 'alert', flagged: false }]);
  });

  it('looks at its share of the interactions and says how likely each was looked at', () => {
    const ids = Array.from({ length: 2000 }, (_, at) => `interaction-${at}`);
    const settings = { calm: { sampleRate: 0.25 } };
    const looked = ids.filter(
      (interactionId) => score([calm], { interactionId }, settings).length > 0,
    );
    // Six standard deviations around 500.
    expect(Math.abs(looked.length - 500)).toBeLessThan(117);
    const [said] = score([calm], { interactionId: looked[0] ?? '' }, settings);
    expect(said?.drafts[0]?.details).toEqual({ samplingProbability: 0.25 });
  });
});

describe('a sample', () => {
  it('grows with its rate: what is in a smaller one is in every larger one', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0.001, max: 1, noNaN: true }), (id, rate) => {
        const unit = sampleUnit(id, 'x');
        expect(unit).toBeGreaterThanOrEqual(0);
        expect(unit).toBeLessThan(1);
        if (isSampled(id, 'x', rate)) expect(isSampled(id, 'x', Math.min(1, rate * 2))).toBe(true);
      }),
    );
  });
});

describe('the shelf', () => {
  it('asks the rules as one, and no check of theirs twice', () => {
    const ids = LOCAL_EVALUATORS.map(({ id }) => id);
    expect(ids).toContain('rule-basic');
    expect(ids).not.toContain('length');
  });

  it('never throws, whatever the texts are', () => {
    const scorer = createShelfScorer({
      evaluators: LOCAL_EVALUATORS,
      settings: new SettingsDirectory(),
      monotonic: () => 0,
    });
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 2 }), (prompt, answer, context) => {
        const said = scoreItem([scorer], scoreItemOf({ prompt, answer, context }));
        expect(said.filter(({ error }) => error !== null)).toEqual([]);
      }),
    );
  });
});
