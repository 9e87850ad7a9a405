import { describe, expect, it } from 'vitest';
import { type Experiment, NewExperiment } from '../../../contract/experiments.ts';
import { bodyOf, draftOf, emptyDraft, readParameters } from './draft.ts';

describe('a draft of an experiment', () => {
  it('begins as something that the server takes, once it has a name', () => {
    const draft = { ...emptyDraft({ on: 'gpt-5', against: 'gpt-5-mini' }), name: ' Small ' };
    const read = NewExperiment.parse(bodyOf(draft));
    expect(read).toMatchObject({
      name: 'Small',
      target: { kind: 'model', name: 'gpt-5' },
      control: 'control',
      arms: [
        { name: 'control', model: null },
        { name: 'candidate', model: 'gpt-5-mini' },
      ],
      guards: [{ metric: 'error_rate', worseBy: 0.02, unit: 'absolute' }],
    });
    expect(read.direction).toBeUndefined();
  });

  it('follows control when its name is changed', () => {
    const draft = emptyDraft({ on: 'a' });
    const arms = draft.arms.map((arm) =>
      arm.key === draft.control ? { ...arm, name: 'old' } : arm,
    );
    expect(bodyOf({ ...draft, arms }).control).toBe('old');
  });

  it('is the same experiment after it was opened again', () => {
    const design = NewExperiment.parse({
      name: 'Prompts',
      hypothesis: 'shorter is as good',
      target: { kind: 'prompt', name: 'support' },
      arms: [
        { name: 'a', prompt: 'support@1' },
        { name: 'b', prompt: 'support@2', parameters: { temperature: 0.2 }, weight: 3 },
        { name: 'c', model: 'x', shadow: true, budgetMicroUsd: 2_500_000, sampleRate: 0.25 },
      ],
      control: 'b',
      primaryMetric: 'score:relevance',
      direction: 'higher',
      metrics: ['cost'],
      plannedUnits: 4000,
      stopPolicy: 'roll_back',
    });
    const kept = { ...design, guards: [] } as unknown as Experiment;
    expect(NewExperiment.parse(bodyOf(draftOf(kept)))).toEqual({ ...design, guards: [] });
  });

  it('gives a budget only to shadows', () => {
    const draft = emptyDraft({ on: 'a' });
    const arms = draft.arms.map((arm) => ({ ...arm, budgetUsd: 1 }));
    expect(bodyOf({ ...draft, arms }).arms.map(({ budgetMicroUsd }) => budgetMicroUsd)).toEqual([
      null,
      null,
    ]);
  });
});

describe('the settings of an arm', () => {
  it('are read from JSON; nothing is no settings', () => {
    expect(readParameters(' ')).toEqual({});
    expect(readParameters('{"temperature": 0.2, "stop": ["x"]}')).toEqual({
      temperature: 0.2,
      stop: ['x'],
    });
  });

  it.each(['{', '[]', '"x"', '{"temperature": 9}', '{"colour": "red"}'])('are not %s', (text) => {
    expect(readParameters(text)).toBeNull();
  });
});
