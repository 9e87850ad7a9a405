import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderConfiguration, renderEnvExample } from '../scripts/render-configuration.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const documents = [
  'README.md',
  'README.ko.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
];

describe('generated documents', () => {
  it('match the configuration schema', () => {
    expect(read('docs/configuration.md')).toBe(renderConfiguration());
    expect(read('.env.example')).toBe(renderEnvExample());
  });
});

describe('written documents', () => {
  it.each(documents)('%s links only to files that exist', (file) => {
    const targets = [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(
      ([, target = '']) => target,
    );
    expect(targets.filter((target) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
  });

  it.each(documents)('%s names only npm scripts that exist', (file) => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const named = [...read(file).matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
