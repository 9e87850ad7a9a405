import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkDurability, type DurableEngine, openDurableEngine } from './pglite-engine.ts';

/**
 * Opens the embedded database in a folder, creating it at first. A new database grows under another
 * name and gets its own only when it is complete and on disk: a first start that was killed or lost
 * its power half-way leaves nothing behind and simply begins again.
 */
export async function openDatabaseFolder(folder: string): Promise<DurableEngine> {
  const draft = `${folder}.new`;
  await mkdir(dirname(folder), { recursive: true });
  await rm(draft, { recursive: true, force: true });
  if (!existsSync(folder)) {
    const { pg } = await openDurableEngine(draft);
    await pg.close();
    // The initialisation itself runs without syncing anything.
    await syncTree(draft);
    await rename(draft, folder);
    syncPath(dirname(folder));
  }
  const engine = await openDurableEngine(folder);
  await checkDurability(engine);
  return engine;
}

/** Makes sure that a folder and all that is in it is on disk. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() || entry.isDirectory()) syncPath(join(entry.parentPath, entry.name));
  }
  syncPath(folder);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
