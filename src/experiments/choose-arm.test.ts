import { describe, expect, it } from 'vitest';
import { testClock } from '../../test/support/clock.ts';
import { NewExperiment } from '../contract/experiments.ts';
import type { StoredPrompt } from '../prompts/prompt-snapshot.ts';
import { type ActiveExperiment, ArmDirectory } from './arm-directory.ts';
import type { ArmChooser, AssignQuestion } from './assign.ts';
import { createArmChooser } from './choose-arm.ts';
import { completeDesign } from './design.ts';

const P = '01990000-0000-7000-8000-000000000001';

function experiment(arms: object[], more: Partial<ActiveExperiment> = {}): ActiveExperiment {
  const { arms: filled, unit } = completeDesign(
    NewExperiment.parse({
      name: 'x',
      target: { kind: more.targetKind ?? 'model', name: 'gpt' },
      arms,
      control: 'a',
      primaryMetric: 'cost',
    }),
  );
  return {
    id: '01990000-0000-7000-8000-0000000000e1',
    projectId: P,
    targetKind: 'model',
    targetName: 'gpt',
    salt: 'salt',
    unit,
    arms: filled,
    servedArm: null,
    spend: [],
    ...more,
  };
}

const SUPPORT: StoredPrompt = {
  projectId: P,
  name: 'support',
  latestVersion: 3,
  labels: { production: 2 },
  versions: [1, 2, 3].map((version) => ({
    version,
    messages: [{ role: 'system' as const, template: `v${version} for {{name}}` }],
    text: null,
    parameters: version === 3 ? { seed: 7 } : {},
  })),
};

function chooserOf(
  experiments: readonly ActiveExperiment[],
  prompts: readonly StoredPrompt[] = [SUPPORT],
): ArmChooser {
  const directory = new ArmDirectory();
  directory.replace({ version: 1, experiments, prompts });
  return createArmChooser({ directory, clock: testClock() });
}

let calls = 0;
function question(more: Partial<AssignQuestion> = {}): AssignQuestion {
  calls += 1;
  return {
    projectId: P,
    model: 'gpt',
    operation: 'chat',
    dialect: 'openai',
    promptName: null,
    promptVersion: null,
    userId: null,
    sessionId: null,
    interactionId: `call-${calls}`,
    variables: null,
    ...more,
  };
}

const AB = [{ name: 'a' }, { name: 'b', model: 'other' }];

describe('given an experiment on a model', () => {
  it('gives a user the same arm for ever, whatever else differs', () => {
    const chooser = chooserOf([experiment(AB)]);
    const arms = Array.from({ length: 50 }, (_, call) =>
      chooser.assign(question({ userId: 'u1', sessionId: `s${call}` })),
    );
    expect(new Set(arms.map((found) => found?.exposure?.arm)).size).toBe(1);
    expect(new Set(arms.map((found) => found?.exposure?.unit)).size).toBe(1);
    // Another process knows the same.
    const other = chooserOf([experiment(AB)]).assign(question({ userId: 'u1' }));
    expect(other?.exposure).toEqual(arms[0]?.exposure);
  });

  it('shares users out by weight, independently of other experiments', () => {
    const chooser = chooserOf([
      experiment([
        { name: 'a', weight: 3 },
        { name: 'b', weight: 1 },
      ]),
    ]);
    const again = chooserOf([
      experiment(
        [
          { name: 'a', weight: 3 },
          { name: 'b', weight: 1 },
        ],
        { salt: 'other' },
      ),
    ]);
    let b = 0;
    let both = 0;
    for (let user = 0; user < 20_000; user++) {
      const asked = question({ userId: `user-${user}` });
      const inB = chooser.assign(asked)?.exposure?.arm === 'b';
      if (inB) b += 1;
      if (inB && again.assign(asked)?.exposure?.arm === 'b') both += 1;
    }
    // Four standard errors.
    expect(Math.abs(b / 20_000 - 0.25)).toBeLessThan(0.0123);
    expect(Math.abs(both / 20_000 - 0.0625)).toBeLessThan(0.007);
  });

  it('keeps users in their arm when a later arm gets less', () => {
    const before = chooserOf([experiment(AB)]);
    const users = Array.from({ length: 500 }, (_, user) => question({ userId: `u${user}` }));
    const first = users.map((asked) => before.assign(asked)?.exposure?.arm);
    const paused = chooserOf([]);
    expect(users.map((asked) => paused.assign(asked))).toEqual(users.map(() => null));
    const resumed = chooserOf([experiment(AB)]);
    expect(users.map((asked) => resumed.assign(asked)?.exposure?.arm)).toEqual(first);
  });

  it('falls back to session and call, and never writes a name down', () => {
    const chooser = chooserOf([experiment(AB)]);
    const unit = (asked: AssignQuestion): string | undefined =>
      chooser.assign(asked)?.exposure?.unit;
    expect(unit(question({ sessionId: 's' }))).toBe(unit(question({ sessionId: 's' })));
    expect(unit(question())).not.toBe(unit(question()));
    expect(unit(question({ userId: 'kim@example.test' }))).toMatch(/^[0-9a-f]{32}$/);
    expect(unit(question({ userId: 'x' }))).not.toBe(unit(question({ sessionId: 'x' })));
  });

  it('changes the model of the arm and nothing of control', () => {
    const chooser = chooserOf([experiment(AB)]);
    const found = Array.from({ length: 40 }, (_, user) =>
      chooser.assign(question({ userId: `u${user}` })),
    );
    for (const one of found) {
      expect(one?.model).toBe(one?.exposure?.arm === 'b' ? 'other' : null);
      expect(one?.rewrite).toBeNull();
    }
  });

  it('leaves other models, operations and projects alone', () => {
    const chooser = chooserOf([experiment(AB)]);
    expect(chooser.assign(question({ model: 'gpt-2' }))).toBeNull();
    expect(chooser.assign(question({ model: null }))).toBeNull();
    expect(chooser.assign(question({ operation: 'embeddings' }))).toBeNull();
    expect(chooser.assign(question({ projectId: 'another' }))).toBeNull();
  });

  it('replaces settings in the dialect of the caller', () => {
    const arms = [
      { name: 'a', parameters: { temperature: 0 } },
      { name: 'b', parameters: { temperature: 0 } },
    ];
    const found = chooserOf([experiment(arms)]).assign(question({ dialect: 'gemini' }));
    expect(found?.rewrite?.({ generationConfig: { temperature: 1 } })).toEqual({
      generationConfig: { temperature: 0 },
    });
  });

  it('leaves out calls that one of the arms could not serve, for all arms alike', () => {
    const chooser = chooserOf([
      experiment([{ name: 'a' }, { name: 'b', parameters: { seed: 1 } }]),
    ]);
    for (let user = 0; user < 20; user++) {
      const asked = { userId: `u${user}` };
      expect(chooser.assign(question({ ...asked, dialect: 'anthropic' }))).toBeNull();
      expect(chooser.assign(question(asked))?.exposure).toBeDefined();
    }
  });

  it('puts the prompt of an arm before the messages, with the variables of the call', () => {
    const arms = [
      { name: 'a', prompt: 'support@1' },
      { name: 'b', prompt: 'support@2' },
    ];
    const chooser = chooserOf([experiment(arms)]);
    expect(chooser.assign(question({ userId: 'u' }))).toBeNull();
    const found = chooser.assign(question({ userId: 'u', variables: { name: 'Kim', more: 'x' } }));
    const version = found?.exposure?.arm === 'a' ? '1' : '2';
    expect(found).toMatchObject({ promptName: 'support', promptVersion: version });
    expect(found?.rewrite?.({ messages: [{ role: 'user', content: 'Hi' }] })).toEqual({
      messages: [
        { role: 'system', content: `v${version} for Kim` },
        { role: 'user', content: 'Hi' },
      ],
    });
  });

  it('that was decided gives every call the arm and counts none', () => {
    const chooser = chooserOf([experiment(AB, { servedArm: 'b' })]);
    for (let user = 0; user < 20; user++) {
      expect(chooser.assign(question({ userId: `u${user}` }))).toMatchObject({
        model: 'other',
        exposure: null,
        shadows: [],
      });
    }
  });
});

describe('given a shadow', () => {
  const shadow = { name: 's', shadow: true, model: 'cheap', budgetMicroUsd: 1000 };
  const spent = (microUsd: number, callsBooked = 10): ActiveExperiment =>
    experiment([...AB, shadow], {
      spend: [{ arm: 's', calls: callsBooked, unpricedCalls: 0, microUsd }],
    });
  const shadows = (chooser: ArmChooser, n: number): number => {
    let count = 0;
    for (let call = 0; call < n; call++) {
      const found = chooser.assign(question({ userId: 'u' }))?.shadows ?? [];
      count += found.filter((one) => one.begin()).length;
    }
    return count;
  };

  it('calls it beside the arm, with the same unit', () => {
    const found = chooserOf([spent(0)]).assign(question({ userId: 'u' }));
    expect(found?.shadows).toMatchObject([
      { model: 'cheap', exposure: { arm: 's', unit: found?.exposure?.unit } },
    ]);
    expect(found?.exposure?.arm).not.toBe('s');
  });

  it('stops at its budget, counting calls that are still under way', () => {
    // 50 a call, 800 spent, 1000 in all: four more.
    expect(shadows(chooserOf([spent(800, 16)]), 30)).toBe(4);
    expect(shadows(chooserOf([spent(1000)]), 30)).toBe(0);
  });

  it('goes slowly until a cost is known, and not on when nobody knows any', () => {
    expect(shadows(chooserOf([experiment([...AB, shadow])]), 100)).toBe(1);
    const unpriced = experiment([...AB, shadow], {
      spend: [{ arm: 's', calls: 20, unpricedCalls: 20, microUsd: 0 }],
    });
    expect(shadows(chooserOf([unpriced]), 100)).toBe(0);
  });

  it('frees room again when calls have had time to be booked', () => {
    const directory = new ArmDirectory();
    const clock = testClock();
    directory.replace({ version: 1, experiments: [spent(800, 16)], prompts: [] });
    const chooser = createArmChooser({ directory, clock });
    expect(shadows(chooser, 30)).toBe(4);
    clock.pass(31_000);
    expect(shadows(chooser, 30)).toBe(4);
  });

  it('sees its part of the calls', () => {
    const part = { ...shadow, sampleRate: 0.2, budgetMicroUsd: 1e12 };
    const known = [{ arm: 's', calls: 10, unpricedCalls: 0, microUsd: 10 }];
    const seen = shadows(chooserOf([experiment([...AB, part], { spend: known })]), 5000);
    expect(Math.abs(seen / 5000 - 0.2)).toBeLessThan(0.023);
  });
});

describe('given a registered prompt', () => {
  const chooser = chooserOf([]);
  const named = { promptName: 'support' };

  it('only takes note of the header when no variables are sent', () => {
    expect(chooser.assign(question(named))).toBeNull();
    expect(chooser.assign(question({ promptName: 'unknown', promptVersion: 'abc' }))).toBeNull();
  });

  it('renders the version that is named, its label, or production', () => {
    const rendered = (promptVersion: string | null): unknown => {
      const found = chooser.assign(question({ ...named, promptVersion, variables: { name: 'K' } }));
      return [found?.promptVersion, found?.rewrite?.({})];
    };
    const filled = (version: number): object => ({
      messages: [{ role: 'system', content: `v${version} for K` }],
    });
    expect(rendered('1')).toEqual(['1', filled(1)]);
    expect(rendered('production')).toEqual(['2', filled(2)]);
    expect(rendered(null)).toEqual(['2', filled(2)]);
    expect(rendered('latest')).toEqual(['3', { seed: 7, ...filled(3) }]);
  });

  it('says what is missing', () => {
    const ask = (more: Partial<AssignQuestion>) => () => chooser.assign(question(more));
    const refused = (details: object) =>
      expect.objectContaining({ code: 'invalid_request', details });
    expect(ask({ ...named, variables: {} })).toThrow(refused({ missing: ['name'], unknown: [] }));
    expect(ask({ ...named, variables: { name: 'K', x: '' } })).toThrow(
      refused({ missing: [], unknown: ['x'] }),
    );
    expect(ask({ ...named, promptVersion: '9', variables: {} })).toThrow(
      refused({ prompt: 'support', version: '9' }),
    );
    expect(ask({ promptName: 'nope', variables: {} })).toThrow(refused({ prompt: 'nope' }));
    expect(ask({ ...named, operation: 'embeddings', variables: { name: 'K' } })).toThrow(
      /cannot be rendered into this endpoint/,
    );
    expect(
      ask({ ...named, dialect: 'anthropic', promptVersion: '3', variables: { name: 'K' } }),
    ).toThrow(expect.objectContaining({ code: 'unsupported_field' }));
  });

  it('belongs to its project', () => {
    const foreign = { ...named, projectId: 'another', variables: { name: 'K' } };
    expect(() => chooser.assign(question(foreign))).toThrow(/No prompt is registered/);
  });

  it('can be what an experiment is about: only calls that want it rendered take part', () => {
    const arms = [
      { name: 'a', prompt: 'support@1' },
      { name: 'b', prompt: 'support@2' },
    ];
    const running = chooserOf([experiment(arms, { targetKind: 'prompt', targetName: 'support' })]);
    expect(running.assign(question({ ...named, userId: 'u' }))).toBeNull();
    const variables = { name: 'K' };
    const found = running.assign(
      question({ ...named, promptVersion: '3', userId: 'u', variables }),
    );
    expect(found?.exposure).toBeDefined();
    expect(found?.promptVersion).toBe(found?.exposure?.arm === 'a' ? '1' : '2');
    expect(() => running.assign(question({ ...named, variables: {} }))).toThrow(/missing: name/);
  });
});
