import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const binary = (name: string): string => join(root, 'node_modules', '.bin', name);

/** Lint, format, types, dead code, architecture and generated documents: no database, seconds. */
const steps: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ['lint and format', binary('biome'), 'ci', '--error-on-warnings'],
  ['types', binary('tsc'), '--noEmit'],
  ['types of the web app', binary('tsc'), '--noEmit', '-p', 'tsconfig.web.json'],
  ['dead code', binary('knip')],
  [
    'architecture and documents',
    binary('vitest'),
    'run',
    '--project',
    'embedded',
    'test/architecture.test.ts',
    'test/documents.test.ts',
  ],
];

let failed = 0;
for (const [title, command, ...args] of steps) {
  const started = performance.now();
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const passed = result.status === 0;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)`);
  if (!passed) {
    failed += 1;
    console.log(result.stdout + result.stderr);
  }
}
process.exit(failed === 0 ? 0 : 1);
