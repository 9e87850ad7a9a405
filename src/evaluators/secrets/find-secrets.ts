import type { Finding, Severity } from '../pii/define-pattern.ts';
import { findPasswords } from './passwords.ts';
import { isPlaceholder } from './placeholder.ts';
import { TOKENS } from './tokens.ts';

interface Candidate extends Finding {
  readonly rank: number;
}

/** Anything without spaces that is long enough to be a key; what follows it cannot belong to it. */
const LONG_WORD = /[A-Za-z0-9_\-+/=.~:!$]{16,}/g;
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[\sA-Za-z0-9+/=:,\\.]|-(?!----)){0,8000}(?:-----END [A-Z0-9 ]{0,40}-----)?/g;

/**
 * Credentials in a text: places, kinds and severities, in order and without overlaps. Values that
 * documentation shows or that are only a hint of a form count as `low`. Linear in the length of the text.
 */
export function findSecrets(text: string): Finding[] {
  const candidates: Candidate[] = [
    ...findPrivateKeys(text),
    ...findTokens(text),
    ...findPasswords(text).map((finding) => ({ ...finding, rank: 1 })),
  ];
  if (candidates.length === 0) return [];
  return best(candidates).map(({ rank: _, ...finding }) => finding);
}

function findPrivateKeys(text: string): Candidate[] {
  if (!text.includes('PRIVATE KEY')) return [];
  return [...text.matchAll(PRIVATE_KEY)].map((match) => {
    const body = match[0].replace(/-----[^-]{0,60}-----/g, '').replace(/[^A-Za-z0-9+/]/g, '');
    const severity: Severity = body.length >= 64 ? 'high' : 'low';
    const end = match.index + match[0].trimEnd().length;
    return { start: match.index, end, kind: 'private_key', severity, rank: 5 };
  });
}

function findTokens(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const word of text.matchAll(LONG_WORD)) {
    for (const token of TOKENS) {
      if (!word[0].includes(token.hint)) continue;
      token.pattern.lastIndex = 0;
      const match = token.pattern.exec(word[0]);
      if (match === null) continue;
      const start = word.index + match.index;
      const severity = isPlaceholder(match[0]) ? 'low' : token.severity;
      found.push({ start, end: start + match[0].length, kind: token.kind, severity, rank: 3 });
    }
  }
  return found;
}

function best(candidates: readonly Candidate[]): Candidate[] {
  const ranked = [...candidates].sort((a, b) => b.rank - a.rank || a.start - b.start);
  const kept: Candidate[] = [];
  for (const candidate of ranked) {
    const collides = kept.some(({ start, end }) => start < candidate.end && candidate.start < end);
    if (!collides) kept.push(candidate);
    if (kept.length >= MOST) break;
  }
  return kept.sort((a, b) => a.start - b.start);
}

/** More than these are not told apart; bounds the comparison of each with each. */
const MOST = 200;
