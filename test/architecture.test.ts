import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which room of src/ may import which. This table is the architecture: change it in the commit that needs it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  contract: [],
  statistics: ['core'],
  store: ['core'],
  interactions: ['core', 'contract', 'store'],
  access: ['core', 'contract', 'store'],
  providers: ['core', 'contract', 'interactions'],
  pricing: ['core', 'contract', 'store', 'interactions'],
  evaluators: ['core', 'contract', 'statistics'],
  channels: ['core', 'contract'],
  ingest: ['core', 'contract', 'store', 'providers', 'pricing', 'interactions'],
  routing: ['core', 'contract', 'store', 'providers', 'interactions', 'statistics'],
  limits: ['core', 'contract', 'store'],
  budgets: ['core', 'contract', 'store', 'interactions', 'pricing', 'statistics'],
  cache: ['core', 'contract', 'store', 'statistics'],
  prompts: ['core', 'contract', 'store', 'providers'],
  experiments: ['core', 'contract', 'store', 'providers', 'interactions', 'statistics', 'prompts'],
  gateway: [
    'core',
    'contract',
    'store',
    'providers',
    'ingest',
    'interactions',
    'access',
    'statistics',
    'routing',
    'limits',
    'budgets',
    'cache',
    'experiments',
  ],
  evaluation: [
    'core',
    'contract',
    'store',
    'evaluators',
    'providers',
    'interactions',
    'statistics',
  ],
  rules: ['core', 'contract', 'store', 'evaluators', 'evaluation', 'interactions'],
  judges: [
    'core',
    'contract',
    'store',
    'evaluators',
    'evaluation',
    'interactions',
    'pricing',
    'statistics',
  ],
  review: ['core', 'contract', 'store', 'evaluation', 'evaluators', 'interactions', 'statistics'],
  datasets: [
    'core',
    'contract',
    'store',
    'evaluators',
    'evaluation',
    'interactions',
    'judges',
    'prompts',
    'rules',
    'statistics',
  ],
  analytics: ['core', 'contract', 'store', 'statistics', 'interactions', 'pricing'],
  patterns: ['core', 'contract', 'store', 'analytics', 'statistics'],
  doctor: ['core', 'contract', 'store', 'statistics'],
  alerting: ['core', 'contract', 'store', 'channels', 'analytics', 'statistics'],
  http: ['core', 'contract', 'access', 'providers'],
  worker: ['core', 'store'],
  cli: ['core', 'contract'],
  sdk: ['core', 'contract', 'evaluators', 'interactions', 'pricing'],
  web: ['contract'],
};

/** Files a room shows to rooms that may not enter it otherwise. */
const DOORS: Record<string, { rooms: readonly string[]; file: RegExp }> = {
  http: { rooms: ['*'], file: /routes\.ts$/ },
  worker: { rooms: ['*'], file: /jobs\.ts$/ },
  cli: { rooms: ['*'], file: /command\.ts$/ },
};

const SRC = join(import.meta.dirname, '../src');
const SPECIFIER = /(?:\bfrom|^import|\bimport\()\s*['"](\.[^'"]+)['"]/gm;

interface Crossing {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly target: string;
}

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.includes('.test.'),
  );
}

function crossings(): Crossing[] {
  return sources()
    .filter((file) => file.includes(sep))
    .flatMap((file) => {
      const from = file.slice(0, file.indexOf(sep));
      const source = readFileSync(join(SRC, file), 'utf8');
      return [...source.matchAll(SPECIFIER)]
        .map(([, path = '']) => relative(SRC, join(SRC, dirname(file), path)))
        .map((target) => ({ file, from, to: target.split(sep)[0] ?? '', target }))
        .filter(({ to }) => to !== from);
    });
}

function allowed({ from, to, target }: Crossing): boolean {
  return MAY_IMPORT[from]?.includes(to) === true || DOORS[from]?.file.test(target) === true;
}

describe('module boundaries', () => {
  it('only follow the allowed arrows', () => {
    expect(crossings().filter((crossing) => !allowed(crossing))).toEqual([]);
  });

  it('know every room', () => {
    const rooms = new Set(
      sources()
        .filter((file) => file.includes(sep))
        .map((file) => file.split(sep)[0]),
    );
    expect([...rooms].filter((room) => room !== undefined && !(room in MAY_IMPORT))).toEqual([]);
  });

  it('read the environment in main.ts alone', () => {
    // The web app runs in a browser and mentions it only in snippets that it shows.
    const readers = sources().filter(
      (file) =>
        file !== 'main.ts' &&
        !file.startsWith(`web${sep}`) &&
        /process\.(env|exit)\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });
});
