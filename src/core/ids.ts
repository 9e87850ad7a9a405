import { hash, randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Makes ids that sort by the time they were made in (UUID version 7, RFC 9562 §5.7). */
export type NewId = () => string;

const POOL_IDS = 256;

/**
 * A generator of UUIDv7. Within one generator ids strictly increase, even when the clock
 * steps backwards: the last millisecond is kept and a 12-bit counter (rand_a) is counted up.
 */
export function createIdGenerator(clock: Clock): NewId {
  const pool = Buffer.alloc(POOL_IDS * 8);
  let used = pool.length;
  let lastMs = 0;
  let counter = 0;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const nowMs = clock.now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = pool.readUInt16BE(used) & 0x3ff;
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    const id = formatUuid(lastMs, counter, { random: pool, from: used });
    used += 8;
    return id;
  };
}

/**
 * The same id for the same content, sortable by its time: version 8 (RFC 9562 §5.8) with the
 * 48-bit time of version 7 and the rest from SHA-256. Lets a file be imported twice and add nothing.
 */
export function contentId(atMs: number, ...parts: readonly string[]): string {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  const digest = hash('sha256', text, 'buffer');
  const id = formatUuid(Math.max(0, atMs), digest.readUInt16BE(0) & 0xfff, {
    random: digest,
    from: 2,
  });
  return `${id.slice(0, 14)}8${id.slice(15)}`;
}

/** The millisecond an id made here carries. */
export function idTimeMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Ids are made twice for each call, so no buffer is made for one. */
function formatUuid(
  atMs: number,
  counter: number,
  { random, from }: { readonly random: Uint8Array; readonly from: number },
): string {
  const time = Math.floor(atMs).toString(16).padStart(12, '0').slice(-12);
  const low = counter.toString(16).padStart(3, '0');
  const variant = hexOf(((random[from] ?? 0) & 0x3f) | 0x80);
  let rest = '';
  for (let at = from + 2; at < from + 8; at += 1) rest += hexOf(random[at]);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${low}-${variant}${hexOf(random[from + 1])}-${rest}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexOf(byte: number | undefined): string {
  return HEX[byte ?? 0] ?? '00';
}
