import { PGlite, types } from '@electric-sql/pglite';
import { parserTable } from './values.ts';

/** Where an embedded database lives. */
export type EngineOptions =
  | { readonly kind: 'memory'; readonly snapshot?: Blob }
  | { readonly kind: 'folder'; readonly dir: string };

/** PGlite's own parameters, in UTC. `-F` (no fsync) is for databases in memory alone. */
function startParams(durable: boolean): string[] {
  const base = PGlite.defaultStartParams.filter((param) => param !== '-F');
  const settings = ['-c', 'TimeZone=UTC', '-c', 'lc_messages=C'];
  return durable
    ? [...base, ...settings, '-c', 'wal_sync_method=fsync']
    : [...base, '-F', ...settings];
}

/** Opens a database in memory, empty or from a snapshot. Parameters and rows follow `values.ts`. */
export function openMemoryEngine(snapshot?: Blob): Promise<PGlite> {
  return PGlite.create({
    startParams: startParams(false),
    ...valueRules(),
    ...(snapshot === undefined ? {} : { loadDataDir: snapshot }),
  });
}

/** How values cross: everything goes in as text, the shared table reads what comes out. */
function valueRules(): {
  serializers: Record<number, (value: unknown) => string>;
  parsers: Record<number, (text: string) => unknown>;
} {
  const asIs = (value: unknown): string => String(value);
  const serializers = Object.fromEntries(Object.keys(types.serializers).map((oid) => [oid, asIs]));
  return { serializers, parsers: parserTable() };
}
