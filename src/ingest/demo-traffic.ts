import type { SpoolRecord } from './spool-record.ts';

export interface DemoTrafficOptions {
  readonly projectId: string;
  readonly from: Date;
  readonly to: Date;
  /** The same seed gives the same records. */
  readonly seed: number;
  /** Interactions on an average day. */
  readonly perDay: number;
}

/** Plausible traffic for the demo project, oldest first: calls, retrieval spans and feedback. */
export function* generateDemoTraffic(options: DemoTrafficOptions): Generator<SpoolRecord> {
  void options;
}
