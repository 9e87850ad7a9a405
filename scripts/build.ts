import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Compiles the published form of the program into dist/; the launcher has built the web app before. */
const root = join(import.meta.dirname, '..');
const result = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
