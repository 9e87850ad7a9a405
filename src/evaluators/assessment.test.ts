import { describe, expect, it } from 'vitest';
import { ALL_CHECKS, assess, assessmentScores, type Said } from './assessment.ts';
import { found, passed, type ScoreDraft, type Subject } from './define-evaluator.ts';

const subject: Subject = {
  operation: 'chat',
  prompt: 'How do I invest in bonds and stocks?',
  instructions: null,
  answer: 'Open an account.',
  answerCharacters: 16,
  finishReason: null,
  callsTools: false,
  requestedFormat: null,
  context: [],
  toolResults: [],
};
const said = (...drafts: readonly ScoreDraft[]): Said[] =>
  drafts.map((draft) => ({ evaluator: `${draft.name}-evaluator`, version: 'v3', drafts: [draft] }));
const bad = (name: string, value: number, flagged: boolean): ScoreDraft =>
  found(name, { value, flagged, label: 'alert', reason: 'because' });

describe('quality', () => {
  it('is made of the parts that are known, by the domain of the question', () => {
    const assessment = assess(subject, said(bad('relevance', 0.5, false), passed('coherence')));
    expect(assessment).toMatchObject({
      domain: 'finance',
      parts: { similarity: null, accuracy: null, relevance: 0.5, coherence: 1 },
    });
    expect(assessment.quality).toBeCloseTo((0.4 * 0.5 + 0.15) / 0.55);
  });

  it('is unknown when nothing is said, and then there are no scores', () => {
    const assessment = assess(subject, []);
    expect(assessment.quality).toBeNull();
    expect(assessmentScores(assessment)).toEqual([]);
  });
});

describe('safety', () => {
  it('is the mean over the checks of what does not speak against the answer', () => {
    const assessment = assess(subject, said(bad('toxicity', 0.4, false), passed('pii')));
    expect(assessment).toMatchObject({ safety: 0.7, isSafe: false, flags: [] });
  });

  it('takes what speaks most against it within a check', () => {
    const { checks } = assess(subject, said(passed('pii'), bad('secrets', 0, true)));
    expect(checks.pii).toMatchObject({ risk: 1, flagged: true });
  });

  it('is given up by one flag', () => {
    const many = ['toxicity', 'bias_cues', 'grounding', 'prompt_injection'].map((name) =>
      passed(name),
    );
    const assessment = assess(subject, said(...many, bad('pii', 0.7, true)));
    expect(assessment.safety).toBeGreaterThan(0.9);
    expect(assessment).toMatchObject({ isSafe: false, flags: ['pii_leak'] });
    expect(assessmentScores(assessment).at(-1)).toMatchObject({
      name: 'safety',
      flagged: true,
      label: 'pii_leak',
    });
  });

  it('leaves out checks that are not asked for', () => {
    const assessment = assess(subject, said(bad('toxicity', 0, true), passed('pii')), {
      ...ALL_CHECKS,
      toxicity: false,
    });
    expect(assessment).toMatchObject({ safety: 1, isSafe: true, flags: [] });
    expect(assessment.checks).not.toHaveProperty('toxicity');
  });

  it('flags an answer that takes back what it made up, and none that only sounds sure', () => {
    const sure = found('confidence_language', { value: 0.4, label: 'emphatic', reason: 'r' });
    expect(assess(subject, said(sure)).checks.hallucination).toMatchObject({
      risk: 0.3,
      flagged: false,
    });
    const invented = found('confidence_language', {
      value: 0.2,
      label: 'admits_invention',
      reason: 'r',
    });
    expect(assess(subject, said(invented))).toMatchObject({
      flags: ['hallucination'],
      checks: { hallucination: { risk: 0.8 } },
    });
  });

  it('says who judged, and where in the text', () => {
    const span = { field: 'answer', index: 0, start: 0, end: 4, kind: 'email' } as const;
    const draft = found('pii', { value: 0, label: 'pii', reason: 'r', spans: [span] });
    expect(assess(subject, said(draft)).checks.pii).toMatchObject({
      evaluators: ['pii-evaluator@v3'],
      spans: [span],
    });
  });
});
