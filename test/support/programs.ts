import { spawnSync } from 'node:child_process';

/**
 * Whether these programs are installed. Where one is missing, says so in one line and answers false; with
 * `CI=true` a missing program is a failure.
 */
export function havePrograms(...names: readonly string[]): boolean {
  const missing = names.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length === 0) return true;
  if (process.env['CI'] === 'true') {
    throw new Error(`${missing.join(', ')} must be installed; with CI=true its tests must run.`);
  }
  console.log(`Skipped: tests that need ${missing.join(', ')} (not installed).`);
  return false;
}

/** Runs a program to its end; answers its exit code and everything it printed. */
export function runProgram(
  name: string,
  args: readonly string[],
): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}
