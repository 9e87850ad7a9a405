import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Runs the whole suite and closes with one line that any machine can read: `N passed, N failed, N skipped`. */
const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
});

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'lqo-test-'));
const report = join(folder, 'report.json');
const child = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(summarise(code ?? 1)));

function summarise(code: number): number {
  if (!existsSync(report)) return code || 1;
  const result = Report.parse(JSON.parse(readFileSync(report, 'utf8')));
  rmSync(folder, { recursive: true, force: true });
  const skipped = result.numPendingTests + result.numTodoTests;
  console.log(
    `${result.numPassedTests} passed, ${result.numFailedTests} failed, ${skipped} skipped`,
  );
  return result.success ? code : code || 1;
}
