import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ANSWER } from './answer-text.ts';
import { call } from './caller.ts';
import { providerEntry, startFaultGateway } from './fault-gateway.ts';

describe('given a provider that tells in its body how long to wait', () => {
  it('waits as long, and then succeeds', async () => {
    const seenAt: number[] = [];
    const server = createServer((request, response) => {
      request.resume();
      seenAt.push(performance.now());
      const isFirst = seenAt.length === 1;
      response.writeHead(isFirst ? 429 : 200, { 'content-type': 'application/json' });
      response.end(isFirst ? QUOTA : GEMINI_ANSWER);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const gateway = await startFaultGateway({
      providers: [
        providerEntry({ id: 'g', dialect: 'gemini', baseUrl: `http://127.0.0.1:${port}` }),
      ],
      routes: [{ name: 'quota', targets: [{ providerId: 'g', model: 'gemini-3-flash' }] }],
    });
    const { url, key } = gateway;
    const asked = { url, key, model: 'quota', scenario: 'quota', stream: false, maxMs: 10_000 };
    expect(await call(asked)).toMatchObject({ outcome: 'success', complete: true });
    const [first = 0, second = 0] = seenAt;
    // Timers count from the turn of the loop that set them, which may have begun a while before; a wait of our own
    // choosing would have been a quarter of a second.
    expect(second - first).toBeGreaterThanOrEqual(1000);
    await gateway.close();
    server.close();
    server.closeAllConnections();
  });
});

const QUOTA = JSON.stringify({
  error: {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }],
  },
});

const GEMINI_ANSWER = JSON.stringify({
  candidates: [
    { content: { parts: [{ text: ANSWER }], role: 'model' }, finishReason: 'STOP', index: 0 },
  ],
  modelVersion: 'gemini-3-flash',
  responseId: 'r',
});
