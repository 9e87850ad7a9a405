import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/store/migrate.ts';
import { connectPglite } from '../../src/store/pglite-client.ts';
import { openMemoryEngine } from '../../src/store/pglite-engine.ts';
import { createPgliteServer } from '../../src/store/pglite-server.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import './provided.ts';
import { postgresPrograms, startPostgres } from './services.ts';

/** Prepares, once per run, what `testDatabase()` clones for each test file. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return project.config.env['TEST_DATABASE'] === 'postgres'
    ? prepareServer(project)
    : prepareSnapshots(project);
}

async function prepareSnapshots(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-snapshot-'));
  const pg = await openMemoryEngine();
  const save = async (name: string): Promise<string> => {
    const file = join(folder, name);
    const dump = await pg.dumpDataDir('none');
    await writeFile(file, new Uint8Array(await dump.arrayBuffer()));
    return file;
  };
  project.provide('emptySnapshot', await save('empty.tar'));
  const server = createPgliteServer(pg);
  const { port1, port2 } = new MessageChannel();
  server.serve(port1);
  const database = connectPglite(port2);
  await migrate(database);
  project.provide('migratedSnapshot', await save('migrated.tar'));
  await database.close();
  await server.close();
  return () => {
    rmSync(folder, { recursive: true, force: true });
    return Promise.resolve();
  };
}

async function prepareServer(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given === undefined && postgresPrograms() === null) return withoutServer(project);
  const server = given === undefined ? await startPostgres() : null;
  const adminUrl = server?.url ?? given ?? '';
  const template = `lqo_template_${randomBytes(6).toString('hex')}`;
  const admin = openPostgres({ url: adminUrl, poolSize: 1 });
  await admin.exec(`create database ${template} template template0`);
  const url = new URL(adminUrl);
  url.pathname = `/${template}`;
  const database = openPostgres({ url: url.href, poolSize: 1 });
  await migrate(database);
  await database.close();
  project.provide('postgresServer', { adminUrl, template });
  return async () => {
    await admin.exec(`drop database if exists ${template} with (force)`);
    await admin.close();
    await server?.stop();
  };
}

function withoutServer(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['CI'] === 'true') {
    throw new Error('PostgreSQL 15 or newer is not installed; with CI=true its tests must run.');
  }
  console.log('Skipped: tests on a PostgreSQL server (15 or newer is not installed).');
  project.config.include = [];
  project.config.passWithNoTests = true;
  return Promise.resolve(() => Promise.resolve());
}
