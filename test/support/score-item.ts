import type { CallFacts, ScoreItem } from '../../src/evaluation/scorer.ts';
import type { Subject } from '../../src/evaluators/define-evaluator.ts';

const FACTS: CallFacts = {
  origin: 'gateway',
  status: 'success',
  provider: 'demo',
  model: 'demo/good',
  responseModel: null,
  route: null,
  userId: null,
  sessionId: null,
  tags: [],
  metadata: {},
  promptName: null,
  promptVersion: null,
  latencyMs: null,
  firstTokenMs: null,
  inputTokens: null,
  outputTokens: null,
  costMicroUsd: null,
};

/** One question and its answer, ready to be scored; nothing else is known of it. */
export function scoreItemOf(subject: Partial<Subject>, facts: Partial<CallFacts> = {}): ScoreItem {
  const answer = subject.answer ?? 'Paris is the capital of France.';
  return {
    interactionId: '0199c0de-0000-7000-8000-000000000001',
    projectId: '0199c0de-0000-7000-8000-00000000000a',
    subject: {
      operation: 'chat',
      prompt: 'What is the capital of France?',
      instructions: null,
      answerCharacters: answer.length,
      finishReason: 'stop',
      callsTools: false,
      requestedFormat: null,
      context: [],
      toolResults: [],
      ...subject,
      answer,
    },
    facts: { ...FACTS, ...facts },
  };
}
