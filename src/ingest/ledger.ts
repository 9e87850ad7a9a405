import { join } from 'node:path';
import type { Metrics } from '../core/metrics.ts';
import type { Database } from '../store/database.ts';
import { SpoolCounter } from './spool-counter.ts';
import { readCounts } from './spool-counts.ts';
import { listWriters } from './spool-layout.ts';

/** What became of every record that was ever accepted. */
export interface SpoolLedger {
  /** Sequences that writers gave out. */
  readonly accepted: number;
  /** Records whose rows are in the database, as loaders counted them in the transactions that wrote the rows. */
  readonly stored: number;
  /** Lines in the files that no loader has come to. */
  readonly spooled: number;
  /** Records that writers gave up because the spool was full. */
  readonly dropped: number;
  /** Records that loaders set aside. */
  readonly rejected: number;
  readonly duplicates: number;
  readonly spooledBytes: number;
  readonly balanced: boolean;
}

export interface LedgerOptions {
  readonly database: Database;
  /** `DATA_DIR/spool`. */
  readonly spoolDirectory: string;
  readonly metrics?: Metrics;
}

interface OffsetRow {
  readonly spool_id: string;
  readonly segment: number;
  readonly position: number;
  readonly last_sequence: number;
  readonly stored: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly duplicates: number;
}

interface Part {
  readonly accepted: number;
  readonly spooled: number;
  readonly dropped: number;
  readonly bytes: number;
  readonly row: OffsetRow | null;
}

const ATTEMPTS = 5;

/**
 * Adds up the books of all spools. The five figures come from four places (the writer's sequence, the writer's
 * count of drops, the lines in the files, the loader's counts in the database), so `balanced` is a check: a
 * line that vanishes from a file, or is stored twice, makes it false.
 */
export function createLedger(options: LedgerOptions): { read(): Promise<SpoolLedger> } {
  const counter = new SpoolCounter();
  return {
    async read(): Promise<SpoolLedger> {
      const ledger = await readLedger(options, counter);
      if (options.metrics !== undefined) show(options.metrics, ledger);
      return ledger;
    },
  };
}

async function readLedger(options: LedgerOptions, counter: SpoolCounter): Promise<SpoolLedger> {
  for (let attempt = 1; ; attempt++) {
    const ledger = await addUp(options, counter);
    // Records move while they are counted; a difference that stays is a real one.
    if (ledger.balanced || attempt >= ATTEMPTS) return ledger;
    await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
  }
}

async function addUp(
  { database, spoolDirectory }: LedgerOptions,
  counter: SpoolCounter,
): Promise<SpoolLedger> {
  const writers = await listWriters(spoolDirectory);
  // The writers' counts first: every sequence they name is a line, or loaded, by the time the rest is read.
  const counts = new Map<string, Awaited<ReturnType<typeof readCounts>>>();
  for (const writer of writers) counts.set(writer, await readCounts(join(spoolDirectory, writer)));
  const rows = await database.query<OffsetRow>('select * from spool_offsets');
  const parts: Part[] = [];
  for (const row of rows) {
    if (!writers.includes(row.spool_id)) parts.push(withoutFolder(row));
  }
  for (const writer of writers) {
    const row = rows.find(({ spool_id }) => spool_id === writer) ?? null;
    const directory = join(spoolDirectory, writer);
    const from = { segment: row?.segment ?? 0, position: row?.position ?? 0 };
    const waiting = await counter.count(directory, from);
    const { sequence, dropped } = counts.get(writer) ?? { sequence: 0, dropped: 0 };
    parts.push({
      accepted: Math.max(sequence, waiting.lastSequence, row?.last_sequence ?? 0),
      spooled: waiting.lines,
      dropped: Math.max(dropped, row?.dropped ?? 0),
      bytes: waiting.bytes,
      row,
    });
  }
  counter.keepOnly(writers.map((writer) => join(spoolDirectory, writer)));
  return sum(parts);
}

/** Retired spools, and such whose folder is on another machine. */
function withoutFolder(row: OffsetRow): Part {
  return { accepted: row.last_sequence, spooled: 0, dropped: row.dropped, bytes: 0, row };
}

function sum(parts: readonly Part[]): SpoolLedger {
  const total = (of: (part: Part) => number): number =>
    parts.reduce((result, part) => result + of(part), 0);
  const accepted = total((part) => part.accepted);
  const stored = total(({ row }) => row?.stored ?? 0);
  const spooled = total((part) => part.spooled);
  const dropped = total((part) => part.dropped);
  const rejected = total(({ row }) => row?.rejected ?? 0);
  return {
    accepted,
    stored,
    spooled,
    dropped,
    rejected,
    duplicates: total(({ row }) => row?.duplicates ?? 0),
    spooledBytes: total((part) => part.bytes),
    balanced: accepted === stored + spooled + dropped + rejected,
  };
}

function show(metrics: Metrics, ledger: SpoolLedger): void {
  const { accepted, stored, spooled, dropped, rejected } = ledger;
  metrics.program.ledgerDifference.set(accepted - stored - spooled - dropped - rejected);
  metrics.program.spoolBytes.set(ledger.spooledBytes);
  for (const state of ['accepted', 'stored', 'spooled', 'dropped', 'rejected'] as const) {
    metrics.program.ledger.set({ state }, ledger[state]);
  }
}
