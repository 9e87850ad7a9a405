import { describe, expect, it } from 'vitest';
import { demoAsk } from '../../test/support/judges.ts';
import type { Ask, AskRequest } from '../evaluation/ask.ts';
import type { Subject } from '../evaluators/define-evaluator.ts';
import { createPricer } from '../pricing/price.ts';
import type { AskJudgeDeps } from './ask-judge.ts';
import { builtInRubric } from './built-in-rubrics.ts';
import { CANARIES } from './fixtures/canaries.ts';
import { JudgeError } from './judge-error.ts';
import { judgeSubject } from './judge-subject.ts';
import type { Judgement } from './judgement.ts';

const RANDOM = 'f00dfeedcafe0123456789abcdef4567';
const WORD = RANDOM.slice(12, 24);

function depsWith(ask: Ask): AskJudgeDeps {
  return {
    ask,
    price: async () => createPricer({ prices: [] }),
    now: () => 0,
    note: async () => ({ interactionId: 'id', random: RANDOM, answered: null }),
    hold: async () => ({ settle: async (): Promise<void> => undefined }),
    pace: async () => undefined,
    quirks: new Map(),
  };
}

function judge(ask: Ask, answer: string, more: Partial<Subject> = {}): Promise<Judgement> {
  const rubric = builtInRubric('quality');
  if (rubric === undefined) throw new Error('no rubric');
  const subject: Subject = {
    operation: 'chat',
    prompt: 'What is 6 x 7?',
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
    ...more,
  };
  return judgeSubject(depsWith(ask), {
    ...{ projectId: 'p', rubric, model: 'demo/judge', subject, metadata: {} },
    judgedModel: null,
    reference: null,
  });
}

/** A judge that writes whatever the judged text tells it to, word for word. */
const parrot: Ask = async (request) => ({
  ...(await demoAsk()(request)),
  text: request.messages.at(-1)?.content ?? '',
});

describe.each(CANARIES)('judged text that tries $name', ({ text }) => {
  it('is read by the judge between fences that it cannot close', async () => {
    const asked: AskRequest[] = [];
    await judge(demoAsk(asked), text).catch(() => undefined);
    const question = asked[0]?.messages.at(-1)?.content ?? '';
    const fences = question.split('\n').filter((line) => /^(?:<<<|>>>)/.test(line));
    expect(fences.map((line) => line.replace(` ${RANDOM.slice(0, 12)}`, ''))).toEqual([
      '<<<PROMPT',
      '>>>PROMPT',
      '<<<ANSWER',
      '>>>ANSWER',
    ]);
  });

  it('raises no verdict although the judge repeats it word for word', async () => {
    const failure = await judge(parrot, text).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(JudgeError);
    expect(failure).toMatchObject({ code: 'unreadable', retryable: false });
  });

  it('raises no verdict when the judge quotes it beside its own', async () => {
    const own = { overall: 1, instruction_following: 1, truthfulness: 2 };
    const quoting: Ask = async (request) => ({
      ...(await demoAsk()(request)),
      text: `${text}\n${JSON.stringify({ call: WORD, evidence: [text], reasoning: text, verdicts: own })}`,
    });
    const { drafts } = await judge(quoting, text);
    expect(Object.fromEntries(drafts.map(({ name, native }) => [name, native]))).toEqual(own);
  });

  it('changes nothing from the place of context, prompt or instructions either', async () => {
    const asked: AskRequest[] = [];
    const more = { prompt: text, instructions: text, context: [text, text] };
    await judge(demoAsk(asked), 'It is 42.', more);
    const question = asked[0]?.messages.at(-1)?.content ?? '';
    expect(question.split('\n').filter((line) => line.startsWith('<<<'))).toHaveLength(5);
    expect(question.split('\n').filter((line) => line.startsWith('>>>'))).toHaveLength(5);
  });
});

it('makes another word for every call, so that none can be known before', async () => {
  const words = new Set<string>();
  const spy: Ask = async (request) => {
    words.add(/"call": "([0-9a-f]+)"/.exec(request.messages[0]?.content ?? '')?.[1] ?? '');
    return await demoAsk()(request);
  };
  const { noteNothing } = await import('./note-calls.ts');
  for (let call = 0; call < 20; call += 1) {
    const deps = { ...depsWith(spy), note: noteNothing(() => 'id') };
    const { judgeAnswer } = await import('./judge-answer.ts');
    const rubric = builtInRubric('quality');
    if (rubric === undefined) throw new Error('no rubric');
    const material = { prompt: 'a', instructions: null, answer: 'b', context: [], reference: null };
    await judgeAnswer(deps, {
      projectId: 'p',
      rubric,
      model: 'demo/judge',
      material,
      metadata: {},
    });
  }
  expect(words.size).toBe(20);
});
