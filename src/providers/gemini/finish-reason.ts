import { asFilledText, type JsonObject } from '../json.ts';
import type { FinishReason } from '../neutral.ts';

/** Candidate.FinishReason (ai.google.dev/api/generate-content, November 2026); the rest is `other`. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
};

const NAMES: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  tool_calls: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'SAFETY',
  other: 'OTHER',
};

/** Why a candidate ended; null while it has not. Gemini stops at calls like at anything: `STOP`. */
export function readFinishReason(candidate: JsonObject, hasCalls: boolean): FinishReason | null {
  const name = asFilledText(candidate['finishReason']);
  if (name === null || name === 'FINISH_REASON_UNSPECIFIED') return null;
  const reason = REASONS[name] ?? 'other';
  return reason === 'stop' && hasCalls ? 'tool_calls' : reason;
}

/** The name that Gemini clients know. */
export function writeFinishReason(reason: FinishReason): string {
  return NAMES[reason];
}
