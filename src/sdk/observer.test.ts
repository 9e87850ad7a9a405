import { describe, expect, it } from 'vitest';
import { createObserver, ObserverError } from './index.ts';

function observerAnswering(status: number, body: unknown) {
  const requests: { url: string; headers: Headers; body: unknown }[] = [];
  const observer = createObserver({
    baseUrl: 'http://127.0.0.1:18000/',
    apiKey: 'lqo_test',
    fetch: async (url, init) => {
      requests.push({
        url: String(url),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)),
      });
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
    },
  });
  return { observer, requests };
}

describe('given a running program', () => {
  it('sends events with the key and tells what was refused', async () => {
    const { observer, requests } = observerAnswering(200, {
      accepted: 1,
      rejected: [{ line: 2, reason: 'no model' }],
    });
    const reply = await observer.send([{ event: 'llm.call' }, {}]);
    expect(reply).toEqual({ accepted: 1, rejected: [{ line: 2, reason: 'no model' }] });
    expect(requests[0]?.url).toBe('http://127.0.0.1:18000/api/v1/events');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer lqo_test');
  });

  it('sends feedback with a key that makes a repetition harmless', async () => {
    const { observer, requests } = observerAnswering(201, {});
    await observer.feedback({ traceId: 'chat-17', stars: 5 }, { idempotencyKey: 'click-1' });
    await observer.feedback({ traceId: 'chat-17', stars: 5 });
    expect(requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual([
      'click-1',
      null,
    ]);
    expect(requests[0]).toMatchObject({ body: { traceId: 'chat-17', stars: 5 } });
  });

  it('rejects with code and request id when the program refuses', async () => {
    const { observer } = observerAnswering(404, {
      error: { code: 'not_found', message: 'No such interaction', requestId: 'r1', details: null },
    });
    const refused = await observer
      .feedback({ interactionId: 'x', rating: 1 })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ObserverError);
    expect(refused).toMatchObject({ code: 'not_found', status: 404, requestId: 'r1' });
  });

  it('rejects with the status when something else answers', async () => {
    const { observer } = observerAnswering(502, '<html>bad gateway</html>');
    await expect(observer.score({ interactionId: 'x', name: 'n', value: 1 })).rejects.toMatchObject(
      { status: 502 },
    );
  });
});

describe('labels of a call', () => {
  const { observer } = observerAnswering(200, {});
  const asSent = (value = '') => Buffer.from(value, 'latin1').toString('utf8');

  it('become headers that arrive as UTF-8', () => {
    const headers = observer.headers({
      user: '김철수',
      tags: ['prod', '결제'],
      metadata: { 도시: '서울' },
      prompt: 'support@3',
      context: ['문서'],
    });
    expect(() => new Headers(headers)).not.toThrow();
    expect(asSent(headers['x-lqo-user'])).toBe('김철수');
    expect(asSent(headers['x-lqo-tags'])).toBe('prod,결제');
    expect(JSON.parse(asSent(headers['x-lqo-metadata']))).toEqual({ 도시: '서울' });
    const context = Buffer.from(headers['x-lqo-context'] ?? '', 'base64url').toString();
    expect(JSON.parse(context)).toEqual(['문서']);
  });

  it('refuse a tag that would become two', () => {
    expect(() => observer.headers({ tags: ['a,b'] })).toThrow(RangeError);
  });
});
