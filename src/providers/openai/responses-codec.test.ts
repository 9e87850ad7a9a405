import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { assembled, chatAnswers, deltasOf } from '../fixtures/arbitrary-answer.ts';
import { chatRequests } from '../fixtures/arbitrary-chat.ts';
import { asObject, objectsOf } from '../json.ts';
import type { ChatRequest } from '../neutral.ts';
import { parseEvents } from '../sse.ts';
import { responsesCodec } from './responses-codec.ts';

/** What the Responses API cannot say, or says in other words: see `not-carried.ts`. */
const SPOKEN = {
  names: false,
  cacheMarks: false,
  reasoning: 'none',
  toolErrors: false,
  toolResultNames: false,
  callSignatures: false,
  topK: false,
  penalties: false,
  seed: false,
  stop: false,
  choices: false,
  reasoningBudget: false,
  reasoningVisible: false,
  logprobs: false,
  metadata: false,
} as const;
const ANSWERED = {
  manyChoices: false,
  reasoning: 'plain',
  stopSequences: false,
} as const;

const ASKED: ChatRequest = responsesCodec.readRequest({ model: 'm', input: 'hi' }, '');

function wire(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

/** Strictness is off unless asked for: the API's own default is on. */
function withStrictness(request: ChatRequest): ChatRequest {
  return {
    ...request,
    tools: request.tools.map((tool) => ({ ...tool, strict: tool.strict ?? false })),
  };
}

describe('given requests', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(chatRequests(SPOKEN), (request) => {
        const { body, path } = responsesCodec.writeRequest(request);
        expect(responsesCodec.readRequest(wire(body), path)).toEqual(withStrictness(request));
      }),
    );
  });

  it('joins what a model said in one go, and keeps results apart', () => {
    const { messages } = responsesCodec.readRequest(
      {
        model: 'm',
        instructions: 'be brief',
        input: [
          { role: 'user', content: 'weather?' },
          { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'wait' }] },
          { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}', status: 'completed' },
          { type: 'function_call', call_id: 'b', name: 'g', arguments: '{}' },
          { type: 'function_call_output', call_id: 'a', output: 'x' },
          { type: 'function_call_output', call_id: 'b', output: 'y' },
        ],
      },
      '',
    );
    expect(messages.map(({ role, parts }) => [role, parts.map(({ kind }) => kind)])).toEqual([
      ['system', ['text']],
      ['user', ['text']],
      ['assistant', ['reasoning', 'text', 'tool_call', 'tool_call']],
      ['tool', ['tool_result']],
      ['tool', ['tool_result']],
    ]);
  });

  it.each<[string, object]>([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
    ['truncation', { truncation: 'auto' }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tool_choice', { tool_choice: { type: 'file_search' } }],
    ['include[0]', { include: ['web_search_call.action.sources'] }],
    ['text.verbosity', { text: { verbosity: 'low' } }],
    ['input[0].type', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    [
      'input[0].content[0].file_id',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
    ],
    ['brand_new', { brand_new: 1 }],
  ])('refuses %s by name', (field, more) => {
    expect(() => responsesCodec.readRequest({ model: 'm', input: 'hi', ...more }, '')).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('sends back no thoughts but those that OpenAI signed', () => {
    const thought = (signature: string): ChatRequest['messages'][number] => ({
      role: 'assistant',
      name: null,
      parts: [{ kind: 'reasoning', text: 'hm', signature, redacted: false }],
    });
    const answer = responsesCodec.readAnswer({
      id: 'resp_1',
      status: 'completed',
      output: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'c:2' }],
    });
    const own = answer.choices[0]?.parts[0];
    const signature = own?.kind === 'reasoning' ? (own.signature ?? '') : '';
    const messages = [thought('foreign'), thought(signature)];
    expect(responsesCodec.writeRequest({ ...ASKED, messages }).body['input']).toEqual([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'hm' }],
        encrypted_content: 'c:2',
      },
    ]);
  });

  it('asks for thoughts where the caller wants to read them', () => {
    const reasoning = { effort: 'low', budgetTokens: null, visible: true } as const;
    expect(responsesCodec.writeRequest({ ...ASKED, reasoning }).body).toMatchObject({
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
    });
  });
});

describe('given answers', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(chatAnswers(ANSWERED), (answer) => {
        const body = wire(responsesCodec.writeAnswer(answer, ASKED));
        const read = responsesCodec.readAnswer(body);
        expect(read).toEqual(withDefaults(answer));
      }),
    );
  });

  it('refuses a failed response in the words of the provider', () => {
    const body = { status: 'failed', output: [], error: { code: 'x', message: 'overloaded' } };
    expect(() => responsesCodec.readAnswer(body)).toThrow('overloaded');
  });

  it('repeats what the caller asked for', () => {
    const request = responsesCodec.readRequest(
      {
        model: 'm',
        input: 'hi',
        instructions: 'be brief',
        max_output_tokens: 9,
        metadata: { a: 'b' },
        tools: [{ type: 'function', name: 'f', parameters: {}, strict: true }],
        tool_choice: { type: 'function', name: 'f' },
      },
      '',
    );
    const [answer] = fc.sample(chatAnswers(ANSWERED), 1);
    if (answer === undefined) throw new Error('No sample.');
    expect(responsesCodec.writeAnswer(answer, request)).toMatchObject({
      object: 'response',
      instructions: 'be brief',
      max_output_tokens: 9,
      metadata: { a: 'b' },
      tool_choice: { type: 'function', name: 'f' },
      store: false,
    });
  });
});

type Answer = ReturnType<typeof responsesCodec.readAnswer>;

/** Counts that the API always gives are 0 where nobody counted; so is the tier. */
function withDefaults(answer: Answer): Answer {
  const { usage } = answer;
  return {
    ...answer,
    usage: { ...usage, cachedInput: usage.cachedInput ?? 0, reasoning: usage.reasoning ?? 0 },
    serviceTier: answer.serviceTier ?? 'default',
  };
}

function streamed(answer: Answer, pieceLength = 3): string {
  const writer = responsesCodec.streamWriter(ASKED, { includeUsage: true, createdAt: 1 });
  const steps = deltasOf(answer, pieceLength);
  return steps.map((step) => writer.write(step)).join('') + writer.end();
}

describe('given streams', () => {
  const size = fc.integer({ min: 1, max: 9 });

  it('adds up to the whole answer', () => {
    fc.assert(
      fc.property(chatAnswers({ ...ANSWERED, createdAt: false }), size, (answer, pieceLength) => {
        const reader = responsesCodec.streamReader();
        const events = parseEvents(streamed(answer, pieceLength));
        const steps = [...events.flatMap((event) => [...reader.push(event)]), ...reader.end()];
        expect(assembled(steps)).toEqual(withDefaults(answer));
      }),
    );
  });

  it('counts its events, opens and closes what it tells, and ends with the whole', () => {
    fc.assert(
      fc.property(chatAnswers({ ...ANSWERED, createdAt: false }), size, (answer, pieceLength) => {
        const events = parseEvents(streamed(answer, pieceLength)).map(
          ({ data }) => asObject(data) ?? {},
        );
        const types = events.map(({ type }) => type);
        expect(events.map((event) => event['sequence_number'])).toEqual([...types.keys()]);
        expect(types.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
        const last = asObject(events.at(-1)?.['response']) ?? {};
        const added = types.filter((type) => type === 'response.output_item.added').length;
        const done = events.filter(({ type }) => type === 'response.output_item.done');
        expect([added, done.length]).toEqual([
          objectsOf(last['output']).length,
          objectsOf(last['output']).length,
        ]);
        const items = [...done]
          .sort((one, other) => Number(one['output_index']) - Number(other['output_index']))
          .map(({ item }) => item);
        expect(last['output']).toEqual(items);
        const whole = wire(responsesCodec.writeAnswer({ ...answer, createdAt: 1 }, ASKED));
        expect(last).toEqual(whole);
      }),
    );
  });

  it('tells calls whose arguments come mixed', () => {
    const writer = responsesCodec.streamWriter(ASKED, { includeUsage: true, createdAt: 1 });
    const start = (call: number) =>
      ({
        kind: 'tool_start',
        choice: 0,
        call,
        id: `c${call}`,
        name: 'f',
        signature: null,
      }) as const;
    const json = (call: number, text: string) =>
      ({ kind: 'tool_arguments', choice: 0, call, json: text }) as const;
    const steps = [start(0), start(1), json(0, '{"a":'), json(1, '{}'), json(0, '1}')];
    const text = steps.map((step) => writer.write(step)).join('') + writer.end();
    const last = asObject(asObject(parseEvents(text).at(-1)?.data)?.['response']);
    expect(last?.['output']).toMatchObject([{ arguments: '{"a":1}' }, { arguments: '{}' }]);
  });

  it('tells a failed response as an error', () => {
    const reader = responsesCodec.streamReader();
    const data = {
      type: 'response.failed',
      response: { id: 'r', error: { code: 'server_error', message: 'boom' } },
    };
    expect(reader.push({ event: 'response.failed', data })).toMatchObject([
      { kind: 'error', error: { code: 'server_error', message: 'boom' } },
    ]);
  });
});

describe('given wild JSON', () => {
  const keys = fc.constantFrom(
    'model',
    'input',
    'role',
    'content',
    'type',
    'summary',
    'text',
    'output',
    'item',
    'response',
    'output_index',
  );
  const types = fc.constantFrom(
    'message',
    'reasoning',
    'function_call',
    'response.output_item.added',
    'response.output_item.done',
    'response.function_call_arguments.delta',
    'response.completed',
    'response.failed',
  );
  const wild = fc.object({ key: keys, values: [fc.string(), fc.integer(), types], maxDepth: 5 });

  it('throws nothing but refusals', () => {
    fc.assert(
      fc.property(wild, wild, types, (one, other, type) => {
        const bodies = [{ ...one, model: 'm' }, { model: 'm', input: [other, one] }, one];
        for (const body of bodies) {
          expectRefusal(() => responsesCodec.readRequest(body, ''));
          expectRefusal(() => responsesCodec.readAnswer(body));
        }
        expectRefusal(() => responsesCodec.readAnswer({ output: [one, other] }));
        const reader = responsesCodec.streamReader();
        for (const data of [one, { ...other, type }]) reader.push({ event: type, data });
        reader.end();
      }),
      { numRuns: 500 },
    );
  });
});

function expectRefusal(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
}
