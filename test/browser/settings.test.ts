import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDialog, openSettingsStage, type SettingsStage } from './settings-stage.ts';
import { accessibilityProblems, askApi, hasBrowser } from './support.ts';

const KEY = 'sk-secret-of-the-test-wxyz';
const FALLBACK = ['mock/status-500', 'gpt-mock'] as const;
const LITELLM = `model_list:
  - model_name: imported
    litellm_params:
      model: anthropic/claude-sonnet-4-5
      api_key: os.environ/ANTHROPIC_API_KEY
      rpm: 10
`;

describe.skipIf(!hasBrowser())('the settings of providers and routes', () => {
  let stage: SettingsStage;
  beforeAll(async () => {
    stage = await openSettingsStage();
  });
  afterAll(async () => {
    await stage?.close();
  });

  async function addProvider(page: Page, fields: Record<string, string>): Promise<void> {
    const dialog = await openDialog(page, 'Add provider');
    await dialog.getByLabel('Kind').selectOption('openai-compatible');
    for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
    await dialog.getByRole('button', { name: 'Save' }).click();
  }

  describe('providers', () => {
    it('teaches how to add the first one, and how each client gets here', async () => {
      const watched = await stage.at('/settings/providers');
      const { page } = watched;
      await page.getByText('No provider of your own yet').waitFor();
      await page.getByRole('listitem', { name: 'Demo' }).waitFor();
      await page.getByLabel('Client').selectOption('anthropic');
      const snippet = page.getByRole('region', { name: 'Anthropic SDK' });
      expect(await snippet.textContent()).toContain(`baseURL: '${stage.program.url}'`);
      expect(await accessibilityProblems(page)).toEqual([]);
      await stage.done(watched);
    });

    it('adds one, tests it, takes over a model that it names, and never shows the key', async () => {
      const watched = await stage.at('/settings/providers');
      const { page } = watched;
      await addProvider(page, {
        Title: 'Test server',
        'Base URL': stage.provider.baseUrl,
        'API key': KEY,
      });
      const item = page.getByRole('listitem', { name: 'Test server' });
      await item.getByText('key …wxyz').waitFor();
      expect(await page.content()).not.toContain(KEY);
      await item.getByRole('button', { name: 'Test Test server' }).click();
      const result = item.getByRole('status');
      await result.getByText('The provider answers').waitFor();
      expect(await result.textContent()).toMatch(/HTTP 200 · \d.*ms · 1 model/);
      await result.getByRole('button', { name: 'Add gpt-mock' }).click();
      await result.getByText('in the list').waitFor();
      await item.getByText('1 model listed').click();
      await item.getByRole('button', { name: 'Change gpt-mock' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Alias').fill('fast');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await item.getByRole('cell', { name: 'fast' }).waitFor();
      await stage.done(watched);
    });

    it('sends calls to it, with its key, and records them', async () => {
      const answer = await stage.ask('fast', 'Hello, new provider');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-lqo-provider')).toBe('openai-compatible');
      expect(stage.provider.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${KEY}`);
      const { id } = await stage.stored(({ model }) => model === 'fast');
      const watched = await stage.at(`/interactions/${id}`);
      await watched.page.getByText('openai-compatible').first().waitFor();
      await watched.page.getByText('Hello from the mock.').first().waitFor();
      await stage.done(watched);
    });

    it('tells that a call was translated, and leads to its prompt', async () => {
      const answer = await fetch(`${stage.program.url}/v1/messages`, {
        method: 'POST',
        headers: {
          'x-api-key': stage.program.apiKey,
          'content-type': 'application/json',
          'x-lqo-prompt': 'greeting@3',
        },
        body: JSON.stringify({
          model: 'fast',
          max_tokens: 20,
          messages: [{ role: 'user', content: 'Bonjour' }],
        }),
      });
      expect(answer.status).toBe(200);
      const { id } = await stage.stored(({ dialect }) => dialect === 'anthropic');
      const watched = await stage.at(`/interactions/${id}`);
      const { page } = watched;
      await page.getByText('anthropic, translated to openai for the provider').waitFor();
      const prompt = page.getByRole('link', { name: 'greeting@3' });
      expect(await prompt.getAttribute('href')).toContain('/prompts/greeting');
      await stage.done(watched);
    });

    it('switches a model off and on again at run time', async () => {
      const watched = await stage.at('/settings/providers');
      const { page } = watched;
      const item = page.getByRole('listitem', { name: 'Test server' });
      await item.getByText('1 model listed').click();
      await item.getByRole('button', { name: 'Switch off gpt-mock' }).click();
      await item.getByRole('button', { name: 'Switch on gpt-mock' }).waitFor();
      expect((await stage.ask('fast', 'Is anybody there?')).status).toBe(404);
      await item.getByRole('button', { name: 'Switch on gpt-mock' }).click();
      await item.getByRole('button', { name: 'Switch off gpt-mock' }).waitFor();
      expect((await stage.ask('fast', 'Is anybody there now?')).status).toBe(200);
      await stage.done(watched);
    });

    it('tells in words that nobody answers, and removes the provider after a question', async () => {
      const watched = await stage.at('/settings/providers');
      const { page } = watched;
      await addProvider(page, { Title: 'Nobody', 'Base URL': 'http://127.0.0.1:1/v1' });
      const item = page.getByRole('listitem', { name: 'Nobody' });
      await item.getByRole('button', { name: 'Test Nobody' }).click();
      await item.getByText('The provider cannot be reached').waitFor();
      await item.getByText('Nothing listens at 127.0.0.1:1.').waitFor();
      await item.getByRole('button', { name: 'Remove Nobody' }).click();
      const question = page.getByRole('dialog', { name: 'Remove provider' });
      await question.getByRole('button', { name: 'Remove provider' }).click();
      await item.waitFor({ state: 'detached' });
      await stage.done(watched);
    });

    it('refuses link-local addresses, warns before they are allowed', async () => {
      const watched = await stage.at('/settings/providers');
      const { page } = watched;
      await addProvider(page, { Title: 'Metadata', 'Base URL': 'http://169.254.169.254/v1' });
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('alert').textContent()).toContain('forbidden_address');
      await dialog.getByText('Advanced').click();
      await dialog.getByLabel('Allow link-local addresses').check();
      await dialog.getByText('hand out the credentials of this machine').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await page.getByText('Metadata').count()).toBe(0);
      await stage.done(watched);
    });

    it('asks for the key anew when the base URL leads to another server', async () => {
      const watched = await stage.at('/settings/providers');
      const { page } = watched;
      const dialog = await openDialog(page, 'Change Test server');
      await dialog.getByText('the stored key that ends in wxyz stays').waitFor();
      await dialog.getByLabel('Base URL').fill('https://llm.example.com/v1');
      await dialog.getByText('The new address is another server').waitFor();
      const key = dialog.getByLabel('API key', { exact: true });
      expect(await key.getAttribute('required')).toBe('');
      await page.keyboard.press('Escape');
      await stage.done(watched);
    });
  });

  describe('routes', () => {
    async function fillTarget(dialog: Locator, at: number): Promise<void> {
      const target = dialog.getByRole('listitem', { name: `Target ${at}` });
      await target.getByLabel('Provider').selectOption('Test server');
      await target.getByLabel('Model').fill(FALLBACK[at - 1] ?? '');
    }

    it('makes one with a fallback', async () => {
      const watched = await stage.at('/settings/routes');
      const { page } = watched;
      await page.getByText('No routes yet').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      const dialog = await openDialog(page, 'New route');
      await dialog.getByLabel('Name').fill('chat');
      await dialog.getByRole('button', { name: 'Add fallback tier' }).click();
      await fillTarget(dialog, 1);
      await fillTarget(dialog, 2);
      await dialog.getByText('Advanced').click();
      await dialog.getByText('Retries', { exact: true }).click();
      await dialog.getByLabel('Retries, at most').fill('0');
      await dialog.getByText('Circuit breaker', { exact: true }).click();
      await dialog.getByLabel('Failures in a row').fill('2');
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Save' }).click();
      const item = page.getByRole('listitem', { name: 'chat' });
      await item.getByRole('cell', { name: 'healthy' }).first().waitFor();
      expect(await item.getByRole('row').count()).toBe(3);
      await stage.done(watched);
    });

    it('goes on when the first target fails, shows both tries, and leaves the target alone', async () => {
      const attempts: (string | null)[] = [];
      for (const question of ['one', 'two', 'three']) {
        const answer = await stage.ask('chat', question);
        expect(answer.status).toBe(200);
        attempts.push(answer.headers.get('x-lqo-attempts'));
      }
      expect(attempts).toEqual(['2', '2', '1']);
      const watched = await stage.at('/settings/routes');
      const { page } = watched;
      const broken = page.getByRole('row', { name: /mock\/status-500/ });
      await broken.getByText('left alone').waitFor();
      expect(await broken.textContent()).toMatch(/2 \/ 2.*upstream_error/);

      await stage.stored(({ route }) => route === 'chat');
      const items = await stage.list('route=chat');
      expect(items.length).toBe(3);
      await page.goto(`${stage.program.url}/interactions/${items[2]?.id}`);
      await page.getByRole('tab', { name: 'Attempts 2' }).click();
      const tries = page.getByRole('tabpanel').getByRole('row');
      expect(await tries.nth(1).textContent()).toContain('500 · upstream_error');
      expect(await tries.nth(2).textContent()).toContain('gpt-mock200');
      await page.getByRole('link', { name: 'chat' }).click();
      await page.waitForURL(/filter=route/);
      await page.getByText('3 interactions').waitFor();
      await stage.done(watched);
    });

    it('keeps all of a route when it is changed', async () => {
      const before = await askApi(stage.program, '/api/v1/routes');
      const watched = await stage.at('/settings/routes');
      const { page } = watched;
      const dialog = await openDialog(page, 'Change chat');
      await dialog.getByLabel('Title').fill('Chat of the shop');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Chat of the shop').waitFor();
      const after = await askApi(stage.program, '/api/v1/routes');
      const [was] = (before as { items: object[] }).items;
      const [is] = (after as { items: object[] }).items;
      expect(is).toEqual({
        ...was,
        title: 'Chat of the shop',
        updatedAt: expect.any(String),
      });
      await stage.done(watched);
    });

    it('shows what a LiteLLM file would make before it makes it', async () => {
      const watched = await stage.at('/settings/routes');
      const { page } = watched;
      const dialog = await openDialog(page, 'Import');
      await dialog.locator('input[type=file]').setInputFiles({
        name: 'config.yaml',
        mimeType: 'text/yaml',
        buffer: Buffer.from(LITELLM),
      });
      await dialog.getByRole('button', { name: 'Show what it makes' }).click();
      const plan = dialog.getByRole('status');
      await plan.getByText('This would be made').waitFor();
      await plan.getByText('key missing').waitFor();
      await plan.getByText('One provider has no key yet').waitFor();
      await plan.getByText('1 thing cannot be carried over').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await page.getByRole('listitem', { name: 'imported' }).count()).toBe(0);
      await dialog.getByRole('button', { name: 'Make all of it' }).click();
      await plan.getByText('Made.').waitFor();
      await dialog.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('listitem', { name: 'imported' }).waitFor();
      await stage.done(watched);
    });
  });
});
