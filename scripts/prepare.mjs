// Makes a checkout runnable: a Node that fits, the locked dependencies, the built web app. Each step is
// skipped when its stamp says that nothing changed, so a second start costs milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { nodeFits } from '../bin/node-version.mjs';

const PINNED_NODE = '24.21.0';

/** Prepares the checkout at `root`; answers the path of the Node to run with. */
export async function prepare(root, { web }) {
  const node = ensureNode(root);
  ensureDependencies(root, node);
  if (web) ensureWebApp(root, node);
  return node;
}

function ensureNode(root) {
  if (nodeFits(process.versions.node)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, '.tools', `node-${PINNED_NODE}`);
  const binary = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(binary)) return binary;
  say(`Node ${process.versions.node} is too old; fetching Node ${PINNED_NODE} into .tools/ …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  npm(
    process.execPath,
    [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-save',
      '--loglevel',
      'error',
      `${name}@${PINNED_NODE}`,
    ],
    folder,
  );
  if (!existsSync(binary))
    fail(
      `The package ${name}@${PINNED_NODE} holds no Node for this machine. Install Node 24 by hand.`,
    );
  return binary;
}

function ensureDependencies(root, node) {
  const stamp = join(root, 'node_modules', '.lqo-stamp');
  const wanted = digest([join(root, 'package-lock.json')]);
  if (readIfThere(stamp) === wanted) return;
  say('Installing the locked dependencies …');
  // Not `npm ci`: it refuses a lockfile that was written where the registry lacks the optional binaries of
  // other systems. `install` keeps to the locked versions and checksums all the same.
  npm(
    node,
    ['install', '--no-save', '--include=dev', '--loglevel', 'error', '--no-fund', '--no-audit'],
    root,
  );
  writeFileSync(stamp, wanted);
}

function ensureWebApp(root, node) {
  const stamp = join(root, 'dist', 'web', '.stamp');
  const files = [
    join(root, 'package-lock.json'),
    join(root, 'vite.config.ts'),
    ...filesUnder(join(root, 'src', 'web')),
    ...filesUnder(join(root, 'src', 'contract')),
  ];
  const wanted = digest(files.filter((file) => !file.includes('.test.')));
  if (readIfThere(stamp) === wanted) return;
  say('Building the web app …');
  run(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
  });
  writeFileSync(stamp, wanted);
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function npm(node, args, cwd) {
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(command, args, { cwd, path: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` });
}

function run(command, args, { cwd, path }) {
  // Standard output belongs to the program that is being started; progress goes to standard error.
  const result = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 2, 2],
    env: path === undefined ? process.env : { ...process.env, PATH: path },
  });
  if (result.status !== 0)
    fail(`${command} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
