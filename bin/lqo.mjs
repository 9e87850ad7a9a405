#!/usr/bin/env node
// The way in. Installed from the registry it runs the compiled program. In a checkout it first
// sets up what is missing (a fitting Node, the locked dependencies, the web app), then runs from source.
// Plain JavaScript on purpose: it must run on a Node that is too old for the rest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);

if (existsSync(join(root, 'src', 'main.ts'))) await runCheckout();
else await runInstalled();

async function runInstalled() {
  const { nodeFits, MINIMUM_NODE } = await import('./node-version.mjs');
  if (!nodeFits(process.versions.node)) {
    process.stderr.write(
      `lqo needs Node ${MINIMUM_NODE} or newer; this is ${process.versions.node}. Install Node 24, or run it with: npx -p node@24 -p llm-quality-observer lqo\n`,
    );
    process.exit(2);
  }
  module.enableCompileCache();
  await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
}

async function runCheckout() {
  const { prepare } = await import('../scripts/prepare.mjs');
  const node = await prepare(root, { web: needsWeb(args) });
  const target =
    args[0] === 'dev'
      ? [join(root, 'scripts', `${devCommand(args[1])}.ts`), ...args.slice(2)]
      : [join(root, 'src', 'main.ts'), ...args];
  // Compiled code is kept between starts: it halves the time until the program is ready.
  if (args[0] !== 'dev') process.env.NODE_COMPILE_CACHE ??= join(root, '.tools', 'compile-cache');
  if (node === process.execPath && args[0] !== 'dev') {
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
    await import(pathToFileURL(target[0]).href);
    return;
  }
  runChild(node, target);
}

function needsWeb([first, second]) {
  return first === 'start' || (first === 'dev' && (second === 'test' || second === 'build'));
}

function devCommand(name) {
  const known = ['test', 'check', 'build', 'generate', 'bench', 'train'];
  if (known.includes(name)) return name;
  process.stderr.write(`Unknown command: dev ${name ?? ''}. There are: ${known.join(', ')}\n`);
  process.exit(2);
}

/** The child is told through the IPC channel when this process dies, so that it never runs on alone. */
function runChild(node, target) {
  const child = spawn(node, target, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` },
  });
  // A terminal sends Ctrl-C to the whole group; only a signal meant for us alone is handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
