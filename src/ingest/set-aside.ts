import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';

/** A record that can never be stored, with its place in the spool. */
export interface Rejection {
  readonly spoolId: string;
  readonly segment: number;
  readonly position: number;
  readonly sequence: number | null;
  readonly reason: string;
  /** The record's JSON text, or damaged bytes in base64. */
  readonly text: string;
}

/** Keeps what was set aside in `rejected/<spool>.jsonl`, one line each, on disk before the batch is committed. */
export interface SetAside {
  write(rejections: readonly Rejection[]): Promise<void>;
}

const MAX_REMEMBERED = 10_000;

export function createSetAside(directory: string, clock: Clock): SetAside {
  // A batch that is tried again would write its rejections again.
  const written = new Set<string>();
  const keyOf = ({ spoolId, segment, position }: Rejection): string =>
    `${spoolId}:${segment}:${position}`;
  return {
    async write(rejections): Promise<void> {
      const fresh = rejections.filter((rejection) => !written.has(keyOf(rejection)));
      if (fresh.length === 0) return;
      await mkdir(directory, { recursive: true });
      for (const rejection of fresh) {
        const { spoolId, text, ...place } = rejection;
        const at = new Date(clock.now()).toISOString();
        const content = rejection.sequence === null ? { base64: text } : { record: text };
        const line = JSON.stringify({ at, spool: spoolId, ...place, ...content });
        await appendFile(join(directory, `${spoolId}.jsonl`), `${line}\n`, { flush: true });
        if (written.size >= MAX_REMEMBERED) written.clear();
        written.add(keyOf(rejection));
      }
    },
  };
}
