import type { Attempt, BudgetCharge, ErrorType, Handling, Origin } from '../interactions/record.ts';

/** A body as it was on the wire, up to the kept size. */
export interface RawBody {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  readonly contentType: string | null;
  /** `gzip`, `br`, …: how the bytes are compressed; absent or null when they are plain. */
  readonly contentEncoding?: string | null;
  /** The whole length on the wire; larger than the kept text when `truncated`. */
  readonly bytes: number;
  readonly truncated: boolean;
}

/** Who called, what for: from `x-lqo-*` headers, the key and the body. */
export interface CallContext {
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly promptName: string | null;
  readonly promptVersion: string | null;
  readonly traceId: string | null;
  readonly parentSpanId: string | null;
  readonly passages: readonly string[];
}

/** How a call was handled, as the gateway knows it: the loader finds out what a cache hit saved. */
export interface RecordedHandling extends Omit<Handling, 'savedMicroUsd'> {
  readonly charges: readonly BudgetCharge[];
}

/** One forwarded call, as the gateway saw it: bytes and times, nothing interpreted. */
export interface ExchangeRecord {
  readonly kind: 'exchange';
  readonly id: string;
  readonly projectId: string;
  readonly receivedAtMs: number;
  readonly origin: Origin;
  readonly dialect: string;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly provider: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly request: RawBody | null;
  readonly response: RawBody | null;
  readonly httpStatus: number | null;
  readonly status: 'success' | 'error';
  readonly errorType: ErrorType | null;
  readonly errorMessage: string | null;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
  readonly overheadMs: number;
  readonly attempts: readonly Attempt[];
  readonly context: CallContext;
  /** Absent where the call was forwarded and nothing more. */
  readonly handling?: RecordedHandling;
}

/**
 * A JSON event that came in through the events endpoint, a JSONL file or `lqo import`, already
 * checked against its schema in `contract/events.ts`. `id` is made from the content where the sender
 * gave none, so the same line twice is one interaction.
 */
export interface EventRecord {
  readonly kind: 'event';
  readonly id: string;
  readonly projectId: string;
  readonly receivedAtMs: number;
  readonly origin: Origin;
  readonly event: Readonly<Record<string, unknown>>;
}

/** One line of the spool. */
export type SpoolRecord = ExchangeRecord | EventRecord;

/** Where entrances hand over what they received. */
export interface Spool {
  /**
   * Resolves once the record is with the operating system (`SPOOL_SYNC=interval`) or on disk
   * (`always`). `dropped` when the spool is full or the disk refuses and the policy is to serve on;
   * the loss is counted. Throws `spool_full` when the policy is to refuse.
   */
  append(record: SpoolRecord): Promise<'spooled' | 'dropped'>;
  /** Whether a request may be accepted now; false only under policy `refuse`. */
  accepting(): boolean;
  status(): SpoolStatus;
  close(): Promise<void>;
}

export interface SpoolStatus {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly records: number;
  readonly dropped: number;
  readonly degraded: boolean;
  /** What is wrong, for `/ready`; null when all is well. */
  readonly problem: string | null;
}
