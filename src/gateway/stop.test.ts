import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TEST_KEY } from '../../test/support/gateway-server.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';

let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await startMockUpstream();
});

afterAll(async () => {
  await upstream.close();
});

describe('given a stop', () => {
  it('lets calls finish within the deadline, refuses new ones, and ends the rest', async () => {
    const own = await startTestGateway({ LLM_API_BASE_URL: upstream.baseUrl });
    const post = (model: string) =>
      fetch(`${own.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}` },
        body: JSON.stringify({ model, stream: true, messages: [] }),
      });
    const quick = post('mock/paced-20').then((response) => response.text());
    const stuck = post('mock/stall-3').then((response) => response.text());
    await expect.poll(() => own.inFlight.size).toBe(2);
    const drained = own.inFlight.drain(600, { now: Date.now, monotonic: () => performance.now() });
    const late = await post('gpt-mock');
    expect(late.status).toBe(503);
    expect(await late.json()).toMatchObject({ error: { code: 'shutting_down' } });
    expect(await quick).toContain('[DONE]');
    expect(await stuck).toContain('shutting_down');
    await drained;
    const types = (await own.records(3)).map((record) => record.errorType ?? 'none');
    expect(types.toSorted((a, b) => a.localeCompare(b))).toEqual(['none', 'shutdown', 'shutdown']);
    await own.close();
  });
});
