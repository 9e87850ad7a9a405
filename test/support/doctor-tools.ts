import { randomUUID } from 'node:crypto';
import type { Check, DoctorTools, Found } from '../../src/doctor/finding.ts';
import type { Queryable } from '../../src/store/database.ts';

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;

/** A healthy program with nothing to complain of, but for what a test says. */
export function doctorTools(
  { database, nowMs }: { readonly database: Queryable; readonly nowMs: number },
  given: Partial<DoctorTools> = {},
): DoctorTools {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return {
    database,
    clock: { now: () => nowMs, monotonic: () => 0 },
    fetch: async () => Response.json({ status: 'ready', checks: [] }),
    url: async () => 'http://127.0.0.1:1',
    ollamaUrl: null,
    books: async () => ({ spooled: 0, dropped: 0, rejected: 0, balanced: true }),
    loadingProblem: () => null,
    loaded: async () => undefined,
    space: async () => ({ freeBytes: 50 * GIB, totalBytes: 100 * GIB }),
    retentionDays: 90,
    partitionedDays: async () => [new Date(today - DAY_MS), new Date(today + DAY_MS)],
    settings: { PORT: 'one', HOST: 'two' },
    missingMigrations: async () => [],
    sample: async () => {
      throw new Error('nobody answers');
    },
    ...given,
  };
}

export type LookGiven = Partial<DoctorTools> & {
  readonly projectId?: string;
  readonly asked?: Record<string, string> | null;
};

/** What one check finds; by default in a project that nobody uses. */
export async function lookAt(
  at: { readonly database: Queryable; readonly nowMs: number },
  check: Check,
  { projectId = randomUUID(), asked = null, ...given }: LookGiven,
): Promise<Found> {
  const signal = AbortSignal.timeout(10_000);
  return await check(doctorTools(at, given), { projectId, model: 'demo/good', asked, signal });
}
