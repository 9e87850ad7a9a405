import type { DoctorCheck, DoctorFinding, DoctorStatus } from '../contract/doctor.ts';
import type { Clock } from '../core/clock.ts';
import type { Queryable } from '../store/database.ts';

/** What a check says, before it has its name and time. */
export type Found = Pick<
  DoctorCheck,
  'status' | 'finding' | 'figures' | 'estimate' | 'text' | 'advice'
>;

/** The books of all records that were ever accepted. */
export interface Books {
  readonly spooled: number;
  readonly dropped: number;
  readonly rejected: number;
  readonly balanced: boolean;
}

/** A sample call that was answered. */
export interface Sample {
  readonly interactionId: string;
  readonly provider: string | null;
  readonly latencyMs: number;
  readonly text: string;
}

/** What the checks look at; everything outside comes as an argument. */
export interface DoctorTools {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Base URL of the program that answers calls; null where none is known. */
  readonly url: () => Promise<string | null>;
  readonly ollamaUrl: string | null;
  readonly books: () => Promise<Books>;
  /** Why records are not loaded at the moment; null when they are. */
  readonly loadingProblem: () => string | null;
  /** Resolves when what was spooled before is in the database. */
  readonly loaded: () => Promise<void>;
  readonly space: () => Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
  readonly retentionDays: number;
  /** Days that have partitions of their own. */
  readonly partitionedDays: () => Promise<readonly Date[]>;
  /** Fingerprints of the settings that this program runs with, by variable. */
  readonly settings: Readonly<Record<string, string>>;
  /** Migrations of this program that the database does not have. */
  readonly missingMigrations: () => Promise<readonly string[]>;
  /** Asks a model through the gateway; throws with the reason when it does not answer. */
  readonly sample: (asked: {
    readonly projectId: string;
    readonly model: string;
    readonly signal: AbortSignal;
  }) => Promise<Sample>;
}

/** What one run looks at. */
export interface Examined {
  readonly projectId: string;
  readonly model: string;
  readonly asked: Readonly<Record<string, string>> | null;
  readonly signal: AbortSignal;
}

export type Check = (tools: DoctorTools, examined: Examined) => Promise<Found>;

type More = Partial<Pick<Found, 'figures' | 'estimate' | 'advice'>>;

/** A finding in one line of code: status, name, English sentence, and what goes with it. */
export function found(
  [status, finding]: readonly [DoctorStatus, DoctorFinding],
  text: string,
  { figures = {}, estimate = null, advice = null }: More = {},
): Found {
  return { status, finding, figures, estimate, text, advice };
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A share in percent, for English sentences. */
export function inPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const GIB = 1024 ** 3;

/** Bytes as GiB or MiB, for English sentences. */
export function inBytes(bytes: number): string {
  return bytes >= GIB
    ? `${(bytes / GIB).toFixed(1)} GiB`
    : `${Math.max(0, bytes / 1024 ** 2).toFixed(1)} MiB`;
}
