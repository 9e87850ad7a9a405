import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import { AppError } from '../core/errors.ts';
import { type ImportedConfig, readLitellm } from './read-litellm.ts';

const FILE = `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/my-deployment
      api_base: https://my-resource.openai.azure.com/
      api_key: os.environ/AZURE_API_KEY
      api_version: "2024-10-21"
      rpm: 600
      weight: 3
      timeout: 30
      stream_timeout: 2.5
      max_parallel_requests: 20
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: sk-in-the-file }
  - model_name: claude
    litellm_params:
      model: anthropic/claude-sonnet-4-5
      api_base: https://api.anthropic.com/v1/messages
      api_key: os.environ/ANTHROPIC_API_KEY
  - model_name: local
    litellm_params: { model: ollama_chat/llama3.2, api_base: http://127.0.0.1:11434/v1, order: 5 }
  - model_name: local
    litellm_params: { model: hosted_vllm/llama, api_base: http://10.0.0.5:8000/v1, order: 9 }
  - model_name: house
    litellm_params: { model: openai/house-model, api_base: https://llm.example.com/v1 }
router_settings:
  routing_strategy: latency-based-routing
  num_retries: 3
  fallbacks: [{ gpt-4o: [claude, local] }, { claude: [nobody] }]
  model_group_alias: { gpt-4: gpt-4o }
litellm_settings:
  drop_params: true
general_settings:
  master_key: sk-master-secret
`;

const shown = ({ providers, routes }: ImportedConfig): unknown => {
  const names = new Map(
    providers.map(({ key, provider, baseUrl }) => [key, `${provider.kind} ${baseUrl}`]),
  );
  return Object.fromEntries(
    routes.map(({ name, targets }) => [
      name,
      targets.map(
        ({ providerKey, model, priority }) => `${priority}: ${names.get(providerKey)} ${model}`,
      ),
    ]),
  );
};

describe('a LiteLLM file', () => {
  it('becomes providers and routes, its fallbacks and orders tiers', () => {
    const azure = '0: azure https://my-resource.openai.azure.com my-deployment';
    const openai = '0: openai https://api.openai.com/v1 gpt-4o';
    const claude = 'anthropic https://api.anthropic.com claude-sonnet-4-5';
    const ollama = 'ollama http://127.0.0.1:11434 llama3.2';
    const vllm = 'vllm http://10.0.0.5:8000/v1 llama';
    const read = readLitellm(FILE);
    expect(shown(read)).toEqual({
      'gpt-4o': [azure, openai, `1: ${claude}`, `2: ${ollama}`, `3: ${vllm}`],
      claude: [`0: ${claude}`],
      local: [`0: ${ollama}`, `1: ${vllm}`],
      house: ['0: openai-compatible https://llm.example.com/v1 house-model'],
      'gpt-4': [azure, openai],
    });
    expect(read.retries).toBe(3);
    expect(read.routes[0]?.targets[0]).toMatchObject({
      weight: 3,
      totalMs: 30_000,
      firstByteMs: 2500,
      maxConcurrent: 20,
    });
  });

  it('gives credentials only when they are in it, and never looks variables up', () => {
    const { providers } = readLitellm(FILE);
    expect(providers.map(({ credential, reference }) => [credential, reference])).toEqual([
      [null, 'os.environ/AZURE_API_KEY'],
      ['sk-in-the-file', null],
      [null, 'os.environ/ANTHROPIC_API_KEY'],
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  it('tells what it cannot carry over, without telling secrets', () => {
    const { notes } = readLitellm(FILE);
    expect(notes.map(({ path }) => path)).toEqual([
      'model_list[0].litellm_params.rpm',
      'router_settings.routing_strategy',
      'litellm_settings.drop_params',
      'general_settings',
      'fallbacks.claude',
    ]);
    expect(JSON.stringify(notes)).not.toMatch(/sk-/);
  });

  it.each([
    ['bedrock/anthropic.claude-v2', {}, /bedrock speaks an API/],
    ['openai/*', {}, /Wildcards are not needed/],
    ['mystery-model', {}, /not known who serves/],
    ['azure/x', {}, /api_base is needed/],
    ['azure/x', { api_base: 'os.environ/AZURE_API_BASE' }, /variable AZURE_API_BASE/],
    ['gpt-4o', { api_key: 'with space' }, /api_key is no text/],
    ['gpt 4o', {}, /spaces/],
  ])('leaves %s with %j out and says why', (model, params, reason) => {
    const list = { model_list: [{ model_name: 'm', litellm_params: { model, ...params } }] };
    const read = readLitellm(JSON.stringify(list));
    expect(read.routes).toEqual([]);
    expect(read.notes.map((note) => note.reason).join()).toMatch(reason);
  });

  it.each([
    '',
    'just text',
    'model_list: 7',
    'a: [',
    '[1, 2]',
    `a: &a [x]\nb: [${'*a, '.repeat(200)}]`,
  ])('%j is refused', (content) => {
    expect(() => readLitellm(content)).toThrow(AppError);
  });

  it('never fails otherwise, whatever is in it', () => {
    const params = fc.dictionary(
      fc.constantFrom(
        'model',
        'api_base',
        'api_key',
        'api_version',
        'weight',
        'order',
        'timeout',
        'x',
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom('openai/a', 'azure/b', 'https://x.test', 'os.environ/X'),
      ),
    );
    const entry = fc.oneof(
      fc.record({ model_name: fc.oneof(fc.string(), fc.jsonValue()), litellm_params: params }),
      fc.jsonValue(),
    );
    const file = fc.record({
      model_list: fc.array(entry, { maxLength: 6 }),
      router_settings: fc.oneof(
        fc.jsonValue(),
        fc.record({ fallbacks: fc.array(fc.dictionary(fc.string(), fc.jsonValue())) }),
      ),
    });
    fc.assert(
      fc.property(file, (given) => {
        const { routes } = readLitellm(JSON.stringify(given));
        for (const { targets } of routes) {
          expect(targets.length).toBeGreaterThan(0);
          for (const { priority, weight } of targets) {
            expect(Number.isInteger(priority) && priority >= 0 && priority <= 9).toBe(true);
            expect(weight >= 0 && weight <= 1000).toBe(true);
          }
        }
      }),
    );
  });
});
