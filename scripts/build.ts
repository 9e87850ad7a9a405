import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/** Compiles the published form of the program into dist/; the launcher has built the web app before. */
const root = join(import.meta.dirname, '..');
const result = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
/** What the compiler leaves behind: cards and weights of the models. */
const models = join('evaluators', 'models', 'shipped');
if (existsSync(join(root, 'src', models))) {
  cpSync(join(root, 'src', models), join(root, 'dist', models), { recursive: true });
}
process.exit(result.status ?? 1);
