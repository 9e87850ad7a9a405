import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Runs one measurement of bench/ by its name; it prints a table and writes bench/results/. */
const [name = '', ...args] = process.argv.slice(2);
const file = join(import.meta.dirname, '..', 'bench', `${name}.ts`);
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  console.error(`There is no bench '${name}'.`);
  process.exit(2);
}
const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
