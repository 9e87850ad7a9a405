import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NewRoute } from '../src/contract/routing.ts';
import { readLitellm } from '../src/routing/read-litellm.ts';

/** The code blocks of a guide in one language, indentation of lists taken off. */
function blocks(guide: string, language: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../docs', guide), 'utf8');
  const fences = new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms');
  return [...text.matchAll(fences)].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

describe('given the guide for those who come from LiteLLM', () => {
  it('shows a file that is read as the guide says', () => {
    const [file = ''] = blocks('migrate-from-litellm.md', 'yaml');
    const { providers, routes, notes, retries } = readLitellm(file);
    expect(providers.map(({ provider, reference }) => [provider.kind, reference])).toEqual([
      ['azure', 'os.environ/AZURE_API_KEY'],
      ['openai', 'os.environ/OPENAI_API_KEY'],
      ['anthropic', 'os.environ/ANTHROPIC_API_KEY'],
    ]);
    expect(providers.every(({ credential }) => credential === null)).toBe(true);
    const places = routes.map(({ name, targets }) => [
      name,
      targets.map(({ model, weight, priority }) => [model, weight, priority]),
    ]);
    expect(places).toEqual([
      [
        'chat',
        [
          ['gpt-4o-eu', 3, 0],
          ['gpt-4o', 1, 0],
          ['claude-sonnet-4-5', 1, 1],
        ],
      ],
      ['careful', [['claude-sonnet-4-5', 1, 0]]],
    ]);
    expect(notes.map(({ path }) => path)).toEqual([
      'model_list[0].litellm_params.rpm',
      'general_settings',
    ]);
    expect(retries).toBe(2);
  });
});

describe('given the guide for those who come from Portkey', () => {
  it('shows a route that can be made', () => {
    const [, route = ''] = blocks('migrate-from-portkey.md', 'json');
    expect(NewRoute.safeParse(JSON.parse(route)).error).toBeUndefined();
  });
});
