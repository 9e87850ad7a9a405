import type { z } from 'zod';
import type { NewApiKey, Scope } from '../../../contract/access.ts';

export const SCOPES: readonly Scope[] = [
  'gateway',
  'ingest',
  'feedback',
  'read',
  'admin',
  'metrics',
];

/** A key as the form holds it. */
export interface KeyDraft {
  readonly name: string;
  readonly kind: 'secret' | 'public';
  readonly scopes: readonly Scope[];
  /** One a line. */
  readonly origins: string;
  readonly perMinute: number | null;
}

export const NEW_KEY: KeyDraft = {
  name: '',
  kind: 'secret',
  scopes: ['gateway', 'ingest', 'read'],
  origins: '',
  perMinute: 600,
};

/** What the API is asked for; null while something is missing. */
export function wishOf(draft: KeyDraft): z.input<typeof NewApiKey> | null {
  const name = draft.name.trim();
  if (name === '') return null;
  if (draft.kind === 'secret') {
    return draft.scopes.length === 0 ? null : { name, scopes: [...draft.scopes] };
  }
  const origins = draft.origins.split(/[\s,]+/).filter((origin) => origin !== '');
  if (origins.length === 0 || draft.perMinute === null) return null;
  return { name, publicUse: { origins, perMinute: draft.perMinute } };
}
