import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyDirectory } from './key-directory.ts';
import { makeToken } from './key-format.ts';

const FILE = 'local-access.json';
const LocalAccess = z.object({ url: z.string(), token: z.string() });
export type LocalAccess = z.infer<typeof LocalAccess>;

/**
 * Leaves a token in DATA_DIR, readable for its owner only, with which the command line reaches this
 * running program. Who can read it could read the database beside it just as well.
 */
export async function offerLocalAccess(deps: {
  dataDir: string;
  url: string;
  directory: KeyDirectory;
}): Promise<{ close(): Promise<void> }> {
  const path = join(deps.dataDir, FILE);
  const token = makeToken();
  // Written beside and renamed, so that nobody reads half of it or a file with older permissions.
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify({ url: deps.url, token }), { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  deps.directory.admitLocal(token);
  return {
    async close(): Promise<void> {
      deps.directory.admitLocal(null);
      const current = await findLocalAccess(deps.dataDir);
      if (current?.token === token) await rm(path, { force: true });
    },
  };
}

/** How to reach the program that runs on this DATA_DIR; null when none says so. It may have been killed. */
export async function findLocalAccess(dataDir: string): Promise<LocalAccess | null> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return LocalAccess.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
