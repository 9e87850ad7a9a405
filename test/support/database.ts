import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, inject } from 'vitest';
import type { DatabaseTarget } from '../../src/store/database.ts';
import { connectPglite } from '../../src/store/pglite-client.ts';
import { openMemoryEngine } from '../../src/store/pglite-engine.ts';
import { createPgliteServer } from '../../src/store/pglite-server.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { StoreDatabase } from '../../src/store/sql-database.ts';
import './provided.ts';

/** A migrated database of a test file's own, and how other threads reach it. */
export interface TestStore {
  readonly database: StoreDatabase;
  /** A new way in for another thread; list `port` for transfer when it has one. */
  target(): DatabaseTarget;
}

/**
 * A freshly migrated, empty database for this test file, gone when the file ends: PGlite in memory
 * or a database on the run's PostgreSQL server, as `TEST_DATABASE` says.
 */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<StoreDatabase> {
  const { database } = await testStore(options);
  return database;
}

/** Like `testDatabase`, with targets for worker threads. `migrated: false` gives an empty one. */
export function testStore(options: { migrated?: boolean } = {}): Promise<TestStore> {
  const migrated = options.migrated ?? true;
  return process.env['TEST_DATABASE'] === 'postgres'
    ? serverStore(migrated)
    : embeddedStore(migrated);
}

async function embeddedStore(migrated: boolean): Promise<TestStore> {
  const snapshot = await openAsBlob(inject(migrated ? 'migratedSnapshot' : 'emptySnapshot'));
  const server = createPgliteServer(await openMemoryEngine(snapshot));
  const target = (): Extract<DatabaseTarget, { kind: 'pglite' }> => {
    const { port1, port2 } = new MessageChannel();
    server.serve(port1);
    port1.unref();
    return { kind: 'pglite', port: port2 };
  };
  const database = connectPglite(target().port);
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  return { database, target };
}

async function serverStore(migrated: boolean): Promise<TestStore> {
  const { adminUrl, template } = inject('postgresServer');
  const name = `lqo_test_${randomBytes(8).toString('hex')}`;
  const admin = openPostgres({ url: adminUrl, poolSize: 1 });
  await admin.exec(`create database ${name} template ${migrated ? template : 'template0'}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database = openPostgres({ url: url.href, poolSize: 5 });
  afterAll(async () => {
    await database.close();
    await admin.exec(`drop database if exists ${name} with (force)`);
    await admin.close();
  });
  return { database, target: () => ({ kind: 'postgres', url: url.href, poolSize: 3 }) };
}
