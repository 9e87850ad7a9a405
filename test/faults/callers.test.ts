import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER } from './answer-text.ts';
import { call } from './caller.ts';
import { type FaultGateway, providerEntry, startFaultGateway } from './fault-gateway.ts';
import { type FaultProvider, startFaultProvider } from './fault-provider.ts';
import { rawCall, rawClient } from './raw-client.ts';
import { TIMING } from './timing.ts';

describe('given callers that misbehave', () => {
  let provider: FaultProvider;
  let gateway: FaultGateway;

  beforeAll(async () => {
    provider = await startFaultProvider(TIMING);
    gateway = await startFaultGateway({
      providers: [
        providerEntry({ id: 'p', baseUrl: provider.baseUrl, isDefault: true }),
        providerEntry({ id: 'lonely', baseUrl: provider.baseUrl }),
      ],
      routes: [
        { name: 'talks-on', targets: [{ providerId: 'lonely', model: 't-ignores-abort' }] },
        { name: 'slow', targets: [{ providerId: 'p', model: 't-slow' }] },
      ],
    });
  });

  afterAll(async () => {
    await gateway.close();
    await provider.close();
  });

  const bodyOf = (model: string, more: object = {}): object => ({
    model,
    user: 'raw',
    messages: [{ role: 'user', content: 'hi' }],
    ...more,
  });

  async function isWell(): Promise<void> {
    const { url, key } = gateway;
    const view = await call({ url, key, model: 'good-model', scenario: 'well', maxMs: 10_000 });
    expect(view).toMatchObject({ outcome: 'success', complete: true });
  }

  it('refuses a bomb of headers', async () => {
    const client = await rawClient(gateway.port);
    const headers = [`x-bomb: ${'b'.repeat(300_000)}`];
    client.send(rawCall({ key: gateway.key, body: bodyOf('good-model'), headers }));
    expect(await client.until(/^HTTP\/1\.1 431 /)).toMatch(/^HTTP\/1\.1 431 /);
    await client.closed;
    await isWell();
  });

  it('survives very many headers', async () => {
    const client = await rawClient(gateway.port);
    const headers = Array.from({ length: 5000 }, (_, index) => `x-${index}: b`);
    client.send(rawCall({ key: gateway.key, body: bodyOf('good-model'), headers }));
    const text = await client.until(/\r\n\r\n/);
    expect(text).toMatch(/^HTTP\/1\.1 (?:200|4\d\d) /);
    client.socket.destroy();
    await isWell();
  });

  it('answers pipelined calls whole and in order', async () => {
    const client = await rawClient(gateway.port);
    const { key } = gateway;
    client.send(
      rawCall({ key, body: bodyOf('slow') }) +
        rawCall({ key, body: bodyOf('good-model', { stream: true }) }) +
        rawCall({ key, body: bodyOf('good-model'), headers: ['connection: close'] }),
    );
    await client.closed;
    const text = client.text();
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    const [first = '', second = '', third = ''] = text.split('HTTP/1.1 200 OK').slice(1);
    expect(first).toContain('"model":"t-slow"');
    expect(second).toContain('[DONE]');
    expect(third).toContain(JSON.stringify(ANSWER));
    expect(first).not.toContain('data:');
    await isWell();
  });

  it('serves others while slow callers hold their connections', async () => {
    const sockets = Array.from({ length: 200 }, () => connect(gateway.port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ');
    }
    const drip = setInterval(() => {
      for (const socket of sockets) socket.write('z');
    }, 50);
    await sleep(300);
    const startedAt = performance.now();
    await isWell();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    // Who never finishes the head or the body of a request is cut off by these.
    expect(gateway.server.headersTimeout).toBeGreaterThan(0);
    expect(gateway.server.headersTimeout).toBeLessThanOrEqual(60_000);
    expect(gateway.server.requestTimeout).toBeGreaterThan(0);
    expect(gateway.server.requestTimeout).toBeLessThanOrEqual(300_000);
  });

  it('gives up a body whose caller left in its middle', async () => {
    const before = (await gateway.records()).length;
    const client = await rawClient(gateway.port);
    client.send(rawCall({ key: gateway.key, body: bodyOf('good-model') }).slice(0, -10));
    await sleep(50);
    client.socket.destroy();
    await sleep(100);
    expect(gateway.inFlight.size).toBe(0);
    expect((await gateway.records()).length).toBeLessThanOrEqual(before + 1);
    await isWell();
  });

  it('waits for a body that is announced with Expect', async () => {
    const client = await rawClient(gateway.port);
    const { key } = gateway;
    const text = rawCall({ key, body: bodyOf('good-model'), headers: ['expect: 100-continue'] });
    const split = text.indexOf('\r\n\r\n') + 4;
    client.send(text.slice(0, split));
    await client.until(/^HTTP\/1\.1 100 Continue/);
    client.send(text.slice(split));
    expect(await client.until(/"model":"good-model"/)).toContain('HTTP/1.1 200 OK');
    client.socket.destroy();
  });

  it('takes or refuses a compressed body, but never misreads it', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.key}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(JSON.stringify(bodyOf('good-model'))),
    });
    const text = await response.text();
    if (response.ok) expect(text).toContain(JSON.stringify(ANSWER));
    else expect(response.status).toBeLessThan(500);
    await isWell();
  });

  it('lets go of a provider that talks on after its caller left', async () => {
    const before = (await gateway.records()).length;
    const left = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf('talks-on', { stream: true, user: 'talks-on' })),
      signal: left.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    left.abort();
    const records = await gateway.records(before + 1);
    expect(records.at(-1)).toMatchObject({ errorType: 'client_closed' });
    await expect.poll(() => gateway.inFlight.size).toBe(0);
    const [seen] = provider.tries('talks-on', 't-ignores-abort');
    await expect.poll(() => seen?.aborted).toBe(true);
    await isWell();
  });
});
