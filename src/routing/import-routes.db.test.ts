import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, type RoutingApp, routingApp } from '../../test/support/routing-app.ts';

let app: RoutingApp;
let call: Call;

beforeAll(async () => {
  app = await routingApp();
  ({ call } = app);
});
afterAll(() => app.close());

const SECRET = 'sk-litellm-file-secret-9876';
const CONTENT = `
model_list:
  - { model_name: chat, litellm_params: { model: openai/gpt-4o, api_key: ${SECRET} } }
  - { model_name: chat, litellm_params: { model: groq/llama, api_key: os.environ/GROQ_API_KEY } }
  - { model_name: chat, litellm_params: { model: openai/gpt-4o-mini, api_key: ${SECRET} } }
  - { model_name: second, litellm_params: { model: openai/gpt-4o, api_key: sk-another-account-5555 } }
  - { model_name: inward, litellm_params: { model: openai/x, api_base: "http://169.254.169.254/v1" } }
litellm_settings: { num_retries: 1 }
`;
const importing = (apply: boolean, content = CONTENT) =>
  call('POST', '/routes/import', { content, apply });

describe('import of a LiteLLM file', () => {
  it('shows first what it would make and makes nothing', async () => {
    const { status, body, text } = await importing(false);
    expect([status, body]).toEqual([
      200,
      {
        applied: false,
        providers: [
          expect.objectContaining({ name: 'openai', action: 'create', credential: 'given' }),
          expect.objectContaining({
            name: 'groq',
            credential: 'missing',
            reference: 'os.environ/GROQ_API_KEY',
          }),
          expect.objectContaining({ name: 'openai-2', credential: 'given', reference: null }),
        ],
        models: [
          { provider: 'openai', name: 'gpt-4o', action: 'create' },
          { provider: 'groq', name: 'llama', action: 'create' },
          { provider: 'openai', name: 'gpt-4o-mini', action: 'create' },
          { provider: 'openai-2', name: 'gpt-4o', action: 'create' },
        ],
        routes: [
          expect.objectContaining({ name: 'chat', action: 'create' }),
          expect.objectContaining({ name: 'second', action: 'create' }),
        ],
        notes: [expect.objectContaining({ reason: expect.stringContaining('link-local') })],
      },
    ]);
    expect(text).not.toContain(SECRET);
    expect((await call('GET', '/routes')).body.items).toEqual([]);
  });

  it('makes all of it at once, and nothing a second time', async () => {
    const { body, text } = await importing(true);
    expect(body.applied).toBe(true);
    expect(text).not.toContain(SECRET);
    const routes = (await call('GET', '/routes')).body.items;
    expect(routes.map((route: { name: string }) => route.name)).toEqual(['chat', 'second']);
    expect(routes[0]).toMatchObject({ retries: { max: 1 }, targets: { length: 3 } });
    const { byName } = app.routing.directory.of(app.server.a.id);
    expect(byName.get('openai')?.upstream.credentialHeaders).toEqual({
      authorization: `Bearer ${SECRET}`,
    });
    expect((await call('GET', '/models')).body.items).toHaveLength(4);
    expect(app.deeds.map(({ action }) => action)).toContain('routes.imported');
    expect(JSON.stringify(app.deeds)).not.toContain(SECRET);
    const again = (await importing(true)).body;
    const actions = [...again.providers, ...again.models, ...again.routes];
    expect(new Set(actions.map(({ action }: { action: string }) => action))).toEqual(
      new Set(['exists']),
    );
    expect((await call('GET', '/routes')).body.items).toEqual(routes);
  });

  it('refuses what is no such file, and makes nothing when one part fails', async () => {
    expect((await importing(true, 'no list')).status).toBe(400);
    expect((await call('POST', '/routes/import', { content: CONTENT, surplus: 1 })).status).toBe(
      400,
    );
  });
});
