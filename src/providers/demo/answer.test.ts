import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedExchange } from '../exchange.ts';
import { readExchange } from '../read-exchange.ts';
import { answerDemo, DEMO_MODELS, type DemoAnswer } from './answer.ts';

function post(path: string, body: object): DemoAnswer {
  return answerDemo({ method: 'POST', path, body: JSON.stringify(body) });
}

function chat(model: string, prompt: string, more: object = {}): DemoAnswer {
  const messages = [{ role: 'user', content: prompt }];
  return post('/v1/chat/completions', { model, messages, ...more });
}

function textOf(answer: DemoAnswer): string {
  return answer.chunks.map((chunk) => chunk.text).join('');
}

/** The answer as the loader reads it. */
function read(answer: DemoAnswer, operation: string, request: object = {}): ParsedExchange {
  const contentType = answer.headers['content-type'] ?? null;
  const body = { encoding: 'utf8', truncated: false } as const;
  return readExchange({
    dialect: 'openai',
    operation,
    path: '/',
    model: null,
    request: { ...body, text: JSON.stringify(request), contentType: 'application/json' },
    response: { ...body, text: textOf(answer), contentType },
    httpStatus: answer.status,
  });
}

const say = (answer: DemoAnswer): string | null => read(answer, 'chat').responseText;

describe('given the good model', () => {
  it.each([
    ['What is 6x7?', 'The result is 42.'],
    ['12.5 + 30', 'The result is 42.5.'],
    ['6 곱하기 7은?', '결과는 42입니다.'],
    ['What is the capital of France?', 'The capital of France is Paris.'],
    ['프랑스의 수도는?', '프랑스의 수도는 파리입니다.'],
    ['フランスの首都は？', 'フランスの首都はパリです。'],
    ['法国首都是哪里？', '法国的首都是巴黎。'],
  ])('answers %s', (prompt, answer) => {
    expect(say(chat('demo/good', prompt))).toBe(answer);
  });

  it('outlines a topic it does not know, in the language of the question', () => {
    expect(say(chat('demo/good', 'Tell me about sourdough bread'))).toContain('sourdough bread');
    expect(say(chat('demo/good', '김치찌개 끓이는 법'))).toContain('김치찌개 끓이는 법');
  });

  it('answers from the passages of the prompt', () => {
    const prompt =
      'Context: The museum opens at nine. Tickets cost 12 euros.\n\nQuestion: What do tickets cost?';
    expect(say(chat('demo/good', prompt))).toBe('Tickets cost 12 euros.');
  });

  it('calls a tool that fits, then answers from its result', () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
    };
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const called = read(chat('demo/good', 'How is the weather in Paris?', { tools }), 'chat');
    expect(called).toMatchObject({ finishReason: 'tool_calls', responseText: null });
    expect(called.toolCalls).toMatchObject([
      { name: 'get_weather', arguments: '{"city":"Paris","days":1}' },
    ]);
    const messages = [
      { role: 'user', content: 'How is the weather in Paris?' },
      { role: 'tool', tool_call_id: 'x', content: 'sunny, 21 degrees' },
    ];
    const after = post('/v1/chat/completions', { model: 'demo/good', messages, tools });
    expect(say(after)).toContain('sunny, 21 degrees');
  });

  it('leaves tools alone that have nothing to do with the question', () => {
    const tools = [{ type: 'function', function: { name: 'get_weather' } }];
    expect(say(chat('demo/good', 'What is 6x7?', { tools }))).toBe('The result is 42.');
    const forced = chat('demo/good', 'What is 6x7?', { tools, tool_choice: 'required' });
    expect(read(forced, 'chat').toolCalls).toHaveLength(1);
  });

  it('writes JSON where it is asked for', () => {
    const json = say(
      chat('demo/good', 'What is 6x7?', { response_format: { type: 'json_object' } }),
    );
    expect(JSON.parse(json ?? '')).toEqual({ answer: 'The result is 42.' });
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, kind: { enum: ['a', 'b'] }, ok: { type: 'boolean' } },
    };
    const format = { type: 'json_schema', json_schema: { name: 'x', schema } };
    const sampled = say(chat('demo/good', 'Where is Seoul?', { response_format: format }));
    expect(JSON.parse(sampled ?? '')).toEqual({ city: 'Seoul', kind: 'a', ok: true });
  });

  it('stops at the length limit and at stop sequences', () => {
    const cut = read(
      chat('demo/good', 'What is the capital of France?', { max_tokens: 3 }),
      'chat',
    );
    expect(cut).toMatchObject({ responseText: 'The capital of', finishReason: 'length' });
    expect(cut.usage.output).toBe(3);
    const stopped = chat('demo/good', 'What is the capital of France?', { stop: ' France' });
    expect(read(stopped, 'chat')).toMatchObject({
      responseText: 'The capital of',
      finishReason: 'stop',
    });
  });
});

describe('given any shape', () => {
  const SHAPES: [string, string, (prompt: string) => object][] = [
    ['/v1/chat/completions', 'chat', (text) => ({ messages: [{ role: 'user', content: text }] })],
    ['/v1/responses', 'responses', (text) => ({ input: text })],
    ['/v1/completions', 'completions', (text) => ({ prompt: text })],
  ];
  const prompts = ['Hello', 'Write a haiku about rain.', '비에 대한 하이쿠를 써 주세요.', 'x'];

  it.each(SHAPES)('says the same on %s streamed and whole, with usage', (path, operation, body) => {
    for (const model of DEMO_MODELS.filter((name) => name !== 'demo/flaky')) {
      for (const prompt of prompts) {
        const request = { model, ...body(prompt) };
        const whole = read(post(path, request), operation, request);
        const streaming = { ...request, stream: true, stream_options: { include_usage: true } };
        const streamed = read(post(path, streaming), operation, request);
        expect(streamed).toEqual(whole);
        expect(whole.responseText).not.toBeNull();
        expect(whole.usage).toMatchObject({ source: 'reported' });
        expect(whole.usage.input).toBeGreaterThan(0);
        expect(whole.usage.output).toBeGreaterThan(0);
      }
    }
  });

  it('reports usage in a stream only to those who ask', () => {
    const plain = textOf(chat('demo/good', 'Hello', { stream: true }));
    expect(plain).not.toContain('usage');
    expect(plain).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('gives as many choices as were asked for', () => {
    expect(JSON.parse(textOf(chat('demo/poor', 'Hello', { n: 3 }))).choices).toHaveLength(3);
  });

  it('embeds similar texts closer than others, as floats and as base64', () => {
    const body = { model: 'demo/good', input: ['red apples', 'red apple', 'tax law'] };
    const data = JSON.parse(textOf(post('/v1/embeddings', body))).data as { embedding: number[] }[];
    const [apples, apple, law] = data.map((item) => item.embedding);
    const dot = (a: number[] = [], b: number[] = []): number =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect(dot(apples, apples)).toBeCloseTo(1);
    expect(dot(apples, apple)).toBeGreaterThan(dot(apples, law) + 0.3);
    const packed = post('/v1/embeddings', { ...body, encoding_format: 'base64' });
    const first = JSON.parse(textOf(packed)).data[0].embedding as string;
    const bytes = Buffer.from(first, 'base64');
    expect(bytes.readFloatLE(0)).toBeCloseTo(apples?.[0] ?? Number.NaN);
    expect(read(packed, 'embeddings').usage).toMatchObject({ output: 0, source: 'reported' });
  });

  it('lists its models', () => {
    const list = answerDemo({ method: 'GET', path: '/v1/models', body: '' });
    const ids = JSON.parse(textOf(list)).data.map((model: { id: string }) => model.id);
    expect(ids).toEqual([...DEMO_MODELS]);
    const one = answerDemo({ method: 'GET', path: '/v1/models/demo%2Fgood', body: '' });
    expect(JSON.parse(textOf(one))).toMatchObject({ id: 'demo/good' });
  });
});

describe('given models with faults', () => {
  const prompts = Array.from({ length: 200 }, (_, at) => `question number ${at}`);

  it('fails a share of prompts, each always in the same way', () => {
    const answers = prompts.map((prompt) => chat('demo/flaky', prompt, { stream: true }));
    const count = (test: (answer: DemoAnswer) => boolean): number => answers.filter(test).length;
    expect(count((answer) => answer.status === 429)).toBeGreaterThan(20);
    expect(count((answer) => answer.status === 500)).toBeGreaterThan(5);
    expect(count((answer) => answer.ending === 'cut')).toBeGreaterThan(5);
    expect(count((answer) => answer.status === 200 && answer.ending === 'clean')).toBeGreaterThan(
      80,
    );
    expect(prompts.map((prompt) => chat('demo/flaky', prompt, { stream: true }))).toEqual(answers);
  });

  it('cuts streams before their end', () => {
    const cut = prompts
      .map((prompt) => chat('demo/flaky', prompt, { stream: true }))
      .find((answer) => answer.ending === 'cut');
    expect(textOf(cut ?? chat('demo/good', 'x'))).not.toContain('[DONE]');
  });

  it('takes its time where it is slow', () => {
    const total = (model: string): number =>
      chat(model, 'Hello').chunks.reduce((sum, chunk) => sum + chunk.delayMs, 0);
    expect(total('demo/slow')).toBeGreaterThan(4 * total('demo/good'));
  });

  it('leaks only what is reserved for examples', () => {
    const texts = prompts.map((prompt) => say(chat('demo/leaky', prompt)) ?? '');
    expect(texts.filter((text) => /@example\.(?:com|org|net)|EXAMPLE/.test(text))).toHaveLength(
      200,
    );
    const domains = texts.flatMap((text) => [...text.matchAll(/@([\w.]+\w)/g)].map((at) => at[1]));
    expect(new Set(domains)).toEqual(new Set(['example.com', 'example.net', 'example.org']));
  });

  it('insults and disappoints as labelled', () => {
    const toxic = say(chat('demo/toxic', 'Hello')) ?? '';
    expect(toxic).toMatch(/stupid|idiot|moron|fool/i);
    const poor = prompts.slice(0, 40).map((prompt) => say(chat('demo/poor', prompt)));
    const good = prompts.slice(0, 40).map((prompt) => say(chat('demo/good', prompt)));
    expect(poor.filter((text, at) => text === good[at])).toEqual([]);
    expect(new Set(poor).size).toBeGreaterThan(4);
  });
});

describe('given requests it cannot serve', () => {
  it.each<[string, DemoAnswer, number, string | null]>([
    ['an unknown model', chat('demo/best', 'x'), 404, 'model_not_found'],
    ['no messages', post('/v1/chat/completions', { model: 'demo/good' }), 400, null],
    ['no input', post('/v1/embeddings', { model: 'demo/good' }), 400, null],
    ['an unknown path', post('/v1/images', { model: 'demo/good' }), 404, 'unknown_url'],
    ['broken JSON', answerDemo({ method: 'POST', path: '/v1/responses', body: '{' }), 400, null],
  ])('answers %s with an error of the dialect', (...[, answer, status, code]) => {
    expect(answer.status).toBe(status);
    expect(JSON.parse(textOf(answer)).error).toMatchObject({ code, message: expect.any(String) });
  });

  it('never throws', () => {
    const path = fc.constantFrom('/v1/chat/completions', '/v1/responses', '/v1/embeddings', '/x');
    const field = fc.constantFrom('messages', 'input', 'prompt', 'tools', 'response_format', 'n');
    const body = fc.dictionary(field, fc.jsonValue());
    fc.assert(
      fc.property(path, body, (where, wild) => {
        expect(post(where, { model: 'demo/good', ...wild }).status).toBeLessThan(500);
      }),
    );
  });
});
