import type { DatabaseErrorFields } from './database-error.ts';
import type { LeasePriority } from './lease.ts';

/**
 * What travels over a port to the thread that owns the embedded database. A request with `tx`
 * belongs to the open transaction of that number; numbers are chosen by the caller, per port.
 */
export type PortRequest =
  | { readonly op: 'hello'; readonly id: number; readonly priority: LeasePriority }
  | {
      readonly op: 'query';
      readonly id: number;
      readonly tx: number | null;
      readonly sql: string;
      readonly params: readonly (string | null)[];
    }
  | { readonly op: 'script'; readonly id: number; readonly tx: number | null; readonly sql: string }
  | {
      readonly op: 'copy';
      readonly id: number;
      readonly tx: number | null;
      /** The quoted table and columns of the COPY. */
      readonly target: string;
      readonly data: Uint8Array;
    }
  | { readonly op: 'begin'; readonly id: number; readonly tx: number }
  | { readonly op: 'commit'; readonly id: number; readonly tx: number }
  | { readonly op: 'rollback'; readonly id: number; readonly tx: number };

export type PortReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: DatabaseErrorFields };
