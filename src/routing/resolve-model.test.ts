import { describe, expect, it } from 'vitest';
import {
  PROJECT,
  providerEntry,
  question,
  routeEntry,
  type TestRouter,
  testRouter,
} from '../../test/support/routing.ts';
import { AppError } from '../core/errors.ts';
import { environmentProviders } from './environment-providers.ts';
import type { RouteQuestion } from './router.ts';
import type { ModelEntry } from './snapshot.ts';

const ENVIRONMENT = environmentProviders({
  LLM_API_BASE_URL: 'https://api.openai.com/v1',
  LLM_API_KEY: 'sk-environment',
  OLLAMA_BASE_URL: 'http://127.0.0.1:11434/v1/',
});
const NOTHING = environmentProviders({
  LLM_API_BASE_URL: null,
  LLM_API_KEY: null,
  OLLAMA_BASE_URL: null,
});

const model = (given: Partial<ModelEntry> & Pick<ModelEntry, 'name'>): ModelEntry => ({
  projectId: PROJECT,
  providerId: 'eu',
  alias: null,
  enabled: true,
  createdAtSeconds: 1,
  ...given,
});

/** `provider model` of the first target, or the code of the refusal. */
function wayOf(
  { router }: TestRouter,
  name: string | null,
  given: Partial<RouteQuestion> = {},
): string {
  try {
    const plan = router.plan(question(name, given));
    const target = plan.next(null)?.target;
    return `${plan.route === null ? '' : `${plan.route}: `}${target?.provider.id} ${target?.model}`;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a model name', () => {
  const eu = providerEntry({ id: 'eu' });
  const claude = providerEntry({ id: 'claude', kind: 'anthropic', dialect: 'anthropic' });
  const off = providerEntry({ id: 'off', enabled: false });
  const routed = testRouter(
    {
      providers: [eu, claude, off],
      models: [
        model({ name: 'deployment-7', alias: 'house-model' }),
        model({ name: 'eu-only' }),
        model({ name: 'switched-off', enabled: false }),
        model({ name: 'eu/odd' }),
        model({ name: 'other-projects', projectId: 'elsewhere' }),
      ],
      routes: [
        routeEntry({ name: 'chat', targets: [{ providerId: 'eu', model: 'm' }] }),
        routeEntry({ name: 'eu/route', targets: [{ providerId: 'eu', model: 'by-route' }] }),
        routeEntry({ name: 'eu-only-off', enabled: false, targets: [{ providerId: 'eu' }] }),
        routeEntry({ name: 'as-named', targets: [{ providerId: 'eu' }] }),
      ],
    },
    { always: ENVIRONMENT },
  );

  it.each([
    ['chat', 'chat: eu m'],
    ['eu/route', 'eu/route: eu by-route'],
    ['as-named', 'as-named: eu as-named'],
    ['eu/anything', 'eu anything'],
    ['openai/gpt-4o', 'env-openai gpt-4o'],
    ['ollama/llama3.2', 'env-ollama llama3.2'],
    ['house-model', 'eu deployment-7'],
    ['eu-only', 'eu eu-only'],
    ['demo/good', 'demo demo/good'],
    ['claude-sonnet-4-5', 'claude claude-sonnet-4-5'],
    ['deployment-7', 'env-openai deployment-7'],
    ['meta-llama/llama-3', 'env-openai meta-llama/llama-3'],
    ['other-projects', 'env-openai other-projects'],
    ['', 'env-openai '],
    [null, 'env-openai null'],
  ])('%j leads to %s', (name, expected) => {
    expect(wayOf(routed, name)).toBe(expected);
  });

  it.each(['switched-off', 'eu/switched-off', 'eu-only-off', 'off/any'])(
    '%j is switched off, and falls to nobody else',
    (name) => {
      expect(wayOf(routed, name)).toBe('model_not_found');
    },
  );

  it('goes to the provider of its dialect when nothing else serves it', () => {
    expect(wayOf(routed, 'unknown', { dialect: 'anthropic' })).toBe('claude unknown');
    expect(wayOf(routed, 'unknown', { dialect: 'ollama' })).toBe('env-ollama unknown');
    expect(wayOf(routed, 'unknown', { dialect: 'gemini' })).toBe('env-openai unknown');
  });

  it('prefers the provider that is marked as default', () => {
    const marked = testRouter(
      { providers: [eu, providerEntry({ id: 'main', isDefault: true })] },
      { always: ENVIRONMENT },
    );
    expect(wayOf(marked, 'unknown')).toBe('main unknown');
    expect(wayOf(marked, 'unknown', { dialect: 'gemini' })).toBe('main unknown');
  });

  it('is refused where there is no provider, but for the built-in ones', () => {
    const bare = testRouter({}, { always: NOTHING });
    expect(wayOf(bare, 'gpt-4o')).toBe('upstream_not_configured');
    expect(wayOf(bare, null)).toBe('upstream_not_configured');
    expect(wayOf(bare, 'demo/slow')).toBe('demo demo/slow');
  });

  it('serves one project alone', () => {
    const elsewhere = { projectId: '00000000-0000-7000-8000-00000000000b' };
    expect(wayOf(routed, 'chat', elsewhere)).toBe('env-openai chat');
    expect(wayOf(routed, 'eu/x', elsewhere)).toBe('env-openai eu/x');
  });

  it('says that a provider cannot be used', () => {
    const broken = testRouter({
      providers: [providerEntry({ id: 'eu', problem: 'its credential does not open' })],
    });
    expect(wayOf(broken, 'eu/x')).toBe('no_target_available');
  });

  it('follows a new snapshot at once', () => {
    const test = testRouter({ providers: [eu] });
    expect(wayOf(test, 'eu/x')).toBe('eu x');
    test.directory.replace({ version: 2, providers: [], models: [], routes: [] });
    expect(wayOf(test, 'eu/x')).toBe('upstream_not_configured');
  });
});

describe('the list of models', () => {
  it('has enabled routes, models under the names that callers use, and the built-in ones', () => {
    const { router } = testRouter({
      providers: [providerEntry({ id: 'eu' }), providerEntry({ id: 'off', enabled: false })],
      models: [
        model({ name: 'deployment-7', alias: 'house-model' }),
        model({ name: 'hidden', enabled: false }),
        model({ name: 'unreachable', providerId: 'off' }),
      ],
      routes: [
        routeEntry({ name: 'chat', targets: [{ providerId: 'eu' }] }),
        routeEntry({ name: 'off', enabled: false, targets: [{ providerId: 'eu' }] }),
      ],
    });
    const listed = router.models(PROJECT);
    expect(listed.slice(0, 3)).toEqual([
      { id: 'chat', ownedBy: 'lqo-route', createdAtSeconds: 0 },
      { id: 'house-model', ownedBy: 'eu', createdAtSeconds: 1 },
      { id: 'demo/good', ownedBy: 'lqo-demo', createdAtSeconds: 0 },
    ]);
    expect(
      listed.every(({ id }) => id === 'chat' || id === 'house-model' || /^demo\//.test(id)),
    ).toBe(true);
  });
});

describe('a provider ready to be called', () => {
  it('carries its credential, query and peculiarities', () => {
    const { directory } = testRouter(
      {
        providers: [
          providerEntry({
            id: 'az',
            kind: 'azure',
            apiVersion: '2024-10-21',
            credentialHeaders: { 'api-key': 'k' },
          }),
          providerEntry({ id: 'mi', kind: 'mistral' }),
        ],
      },
      { always: ENVIRONMENT },
    );
    const { byId } = directory.of(PROJECT);
    expect(byId.get('az')?.upstream).toMatchObject({
      kind: 'azure',
      query: { 'api-version': '2024-10-21' },
      credentialHeaders: { 'api-key': 'k' },
      allowLinkLocal: false,
    });
    expect(byId.get('mi')?.upstream.takesUsageOption).toBe(false);
    expect(byId.get('env-openai')?.upstream).toMatchObject({
      name: 'openai',
      kind: 'standard',
      credentialHeaders: { authorization: 'Bearer sk-environment' },
      takesUsageOption: true,
    });
    expect(byId.get('env-ollama')?.upstream).toMatchObject({ name: 'ollama', dialect: 'ollama' });
    expect(byId.get('env-ollama')?.upstream.baseUrl.href).toBe('http://127.0.0.1:11434/');
    expect(byId.get('demo')?.upstream.kind).toBe('demo');
  });
});
