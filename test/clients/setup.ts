import { startTestGateway, TEST_KEY, type TestGateway } from '../support/gateway-server.ts';
import { type MockUpstream, startMockUpstream } from '../support/mock-upstream/mock-upstream.ts';

/** A gateway in front of a mock provider, as a client library sees it. */
export interface ClientSetup {
  readonly upstream: MockUpstream;
  readonly gateway: TestGateway;
  readonly baseURL: string;
  readonly apiKey: string;
  /** Forgets what was seen and recorded so far. */
  reset(): void;
  close(): Promise<void>;
}

export async function startClientSetup(): Promise<ClientSetup> {
  const upstream = await startMockUpstream();
  const gateway = await startTestGateway({
    LLM_API_BASE_URL: upstream.baseUrl,
    LLM_API_KEY: 'sk-provider',
  });
  return {
    upstream,
    gateway,
    baseURL: `${gateway.url}/v1`,
    apiKey: TEST_KEY,
    reset() {
      upstream.requests.length = 0;
      gateway.spool.records.length = 0;
    },
    async close() {
      await gateway.close();
      await upstream.close();
    },
  };
}
