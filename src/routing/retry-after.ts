/** Longer wishes than a day are mistakes of the provider. */
const MAX_MS = 86_400_000;

/**
 * How long a provider asks to be left alone, in milliseconds: `retry-after-ms`, else `retry-after` as seconds
 * or as an HTTP date (RFC 9110 §10.2.3). Null when it says nothing or nothing that can be read; never negative.
 */
export function readRetryAfter(
  header: (name: 'retry-after' | 'retry-after-ms') => string | null | undefined,
  nowMs: number,
): number | null {
  const ms = positive(header('retry-after-ms'));
  if (ms !== null) return bounded(ms);
  const text = header('retry-after')?.trim() ?? '';
  const seconds = positive(text);
  if (seconds !== null) return bounded(seconds * 1000);
  // Only dates in words: `Date.parse` reads bare numbers as years.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : bounded(at - nowMs);
}

function positive(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d+(\.\d+)?$/.test(text.trim())
    ? Number(text)
    : null;
}

function bounded(ms: number): number {
  return Math.min(MAX_MS, Math.max(0, Math.ceil(ms)));
}

/**
 * A random wait before a retry, in milliseconds: uniform from 0 to `firstMs` doubled for each retry before,
 * at most `maxMs` ("full jitter": Brooker 2015, AWS Architecture Blog, Exponential Backoff and Jitter).
 */
export function backOff(
  policy: { readonly backoffMs: number; readonly maxBackoffMs: number },
  retriesBefore: number,
  random: () => number,
): number {
  const ceiling = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** retriesBefore);
  return Math.floor(random() * ceiling);
}
