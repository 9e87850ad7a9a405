import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Row, readManifest, readSet, type SetEntry } from '../../train/read-sets.ts';

/** What training must not see. */
export interface Hidden {
  /** Whole sets. */
  readonly sets: readonly string[];
  /** Rows of sets that stay. */
  isHidden(row: Row, entry: SetEntry): boolean;
}

/** Calls `use` with a folder of the same layout, without what is hidden and without any test half. */
export function withDataWithout<T>(data: string, hidden: Hidden, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-left-out-'));
  try {
    const entries = readManifest(data).filter(({ set }) => !hidden.sets.includes(set));
    writeFileSync(join(folder, 'MANIFEST.json'), JSON.stringify(entries));
    for (const entry of entries) place(data, folder, { entry, hidden });
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function place(
  data: string,
  folder: string,
  { entry, hidden }: { readonly entry: SetEntry; readonly hidden: Hidden },
): void {
  const rows = readSet(data, entry, 'train');
  if (rows.length === 0) return;
  const name = `${entry.set}.jsonl.gz`;
  const target = join(folder, entry.detector, 'train');
  mkdirSync(target, { recursive: true });
  const kept = rows.filter((row) => !hidden.isHidden(row, entry));
  if (kept.length === rows.length) {
    symlinkSync(resolve(data, entry.detector, 'train', name), join(target, name));
    return;
  }
  const lines = kept.map((row) => JSON.stringify(row)).join('\n');
  writeFileSync(join(target, name), gzipSync(lines));
}
