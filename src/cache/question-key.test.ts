import { describe, expect, it } from 'vitest';
import { cachePolicy, cacheQuestion } from '../../test/support/cache.ts';
import type { CacheQuestion } from './answer-cache.ts';
import type { CachePolicy } from './cache-directory.ts';
import { QuestionKeys } from './question-key.ts';

const keys = new QuestionKeys();
const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

function key(
  body: object | string,
  question: Partial<CacheQuestion> = {},
  policy: Partial<CachePolicy> = {},
): string | null {
  return keys.keyOf(cacheQuestion(body, question), cachePolicy(policy));
}

describe('two questions', () => {
  it('are the same in another order and spacing', () => {
    const other = { messages: [{ content: 'Hi', role: 'user' }], model: 'm' };
    expect(key(JSON.stringify(other, null, 2))).toBe(key(chat));
  });

  it.each<[string, object, Partial<CacheQuestion>?]>([
    ['another model', { ...chat, model: 'n' }],
    ['another parameter', { ...chat, temperature: 0.5 }],
    ['another spelling of a number', { ...chat, seed: 10 }],
    ['options of the stream', { ...chat, stream_options: { include_usage: true } }],
    ['another tier', { ...chat, service_tier: 'flex' }],
    ['another way', chat, { variant: 'arm-b' }],
    ['another path', chat, { path: '/chat/completions?v=2' }],
    ['another dialect', chat, { dialect: 'ollama' }],
    ['a stream', chat, { stream: true }],
    ['another project', chat, { projectId: '00000000-0000-4000-8000-00000000000b' }],
  ])('are different with %s', (_, body, question = {}) => {
    expect(key(body, question)).not.toBe(key(chat));
  });

  it('are the same whoever asks, unless users do not share', () => {
    const asked = { ...chat, user: 'ada', metadata: { a: 'b' }, safety_identifier: 's' };
    expect(key({ ...asked, prompt_cache_key: 'k' }, { userId: 'ada' })).toBe(key(chat));
    const apart = { perUser: true };
    expect(key(asked, {}, apart)).not.toBe(key(chat, {}, apart));
    expect(key(chat, { userId: 'ada' }, apart)).not.toBe(key(chat, { userId: 'bob' }, apart));
    expect(key({ ...chat, prompt_cache_key: 'k' }, {}, apart)).toBe(key(chat, {}, apart));
  });

  it('are different where the answer would repeat who asked', () => {
    const path = '/responses';
    const body = { model: 'm', input: 'Hi' };
    for (const field of ['user', 'safety_identifier', 'prompt_cache_key']) {
      expect(key({ ...body, [field]: 'ada' }, { path })).not.toBe(key(body, { path }));
    }
    expect(key({ ...body, metadata: { a: 'b' } }, { path })).not.toBe(key(body, { path }));
  });

  it('are the same with the fields of other dialects that mean nothing', () => {
    const anthropic = { dialect: 'anthropic', path: '/messages' };
    expect(key({ ...chat, metadata: { user_id: 'ada' } }, anthropic)).toBe(key(chat, anthropic));
    const ollama = { dialect: 'ollama', path: '/api/chat' };
    expect(key({ ...chat, keep_alive: '5m' }, ollama)).toBe(key(chat, ollama));
    const gemini = (path: string): string | null => key(chat, { dialect: 'gemini', path });
    expect(gemini('/m:x?alt=sse&key=1')).toBe(gemini('/m:x?alt=sse&key=2'));
    expect(gemini('/m:x?alt=sse&key=1')).not.toBe(gemini('/m:x?key=1'));
    // A field of this name means something elsewhere.
    expect(key({ ...chat, user: 'ada' }, ollama)).not.toBe(key(chat, ollama));
  });

  it('are different after the cache was emptied', () => {
    expect(key(chat, {}, { epoch: 1 })).not.toBe(key(chat, {}, { epoch: 2 }));
  });
});

describe('a question has no key', () => {
  it.each<[string, object | string, string?]>([
    ['when the provider is to keep the chat', { ...chat, store: true }],
    ['when it runs in the background', { model: 'm', background: true }, '/responses'],
    ['when it joins a conversation', { model: 'm', conversation: 'c1' }, '/responses'],
    ['when its body can be read in two ways', '{"model":"a","model":"b"}'],
    ['when its body is broken', '{"model":'],
    ['when its body is huge', { ...chat, pad: 'x'.repeat(5 * 1024 * 1024) }],
  ])('%s', (_, body, path = '/chat/completions') => {
    expect(key(body, { path })).toBeNull();
  });

  it('when its bytes are no text', () => {
    const question = { ...cacheQuestion('{}'), body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) };
    expect(keys.keyOf(question, cachePolicy())).toBeNull();
  });

  it('when it is not deterministic and only such are wanted', () => {
    const only = { onlyDeterministic: true };
    expect(key(chat, {}, only)).toBeNull();
    expect(key({ ...chat, temperature: 0.2 }, {}, only)).toBeNull();
    expect(key({ ...chat, temperature: 0 }, {}, only)).not.toBeNull();
    expect(key('{"temperature":0.0}', {}, only)).not.toBeNull();
    expect(key('{"temperature":null}', {}, only)).toBeNull();
    const gemini = { dialect: 'gemini', path: '/models/m:generateContent' };
    expect(key({ generationConfig: { temperature: 0 } }, gemini, only)).not.toBeNull();
    expect(key({ options: { temperature: 1 } }, { dialect: 'ollama' }, only)).toBeNull();
    expect(key({ model: 'm', input: 'x' }, { path: '/embeddings' }, only)).not.toBeNull();
    expect(key({ model: 'm', input: 'x' }, {}, only)).toBeNull();
  });
});
