import type { KeyScope } from '../core/http.ts';

export const ALL_SCOPES = ['gateway', 'ingest', 'feedback', 'read', 'admin', 'metrics'] as const;

export type UserRole = 'admin' | 'developer' | 'viewer';

const ROLE_SCOPES: Record<UserRole, ReadonlySet<KeyScope>> = {
  admin: new Set(ALL_SCOPES),
  developer: new Set<KeyScope>(['gateway', 'ingest', 'feedback', 'read', 'metrics']),
  viewer: new Set<KeyScope>(['read']),
};

/** What a signed-in user may do. */
export function scopesOfRole(role: UserRole): ReadonlySet<KeyScope> {
  return ROLE_SCOPES[role];
}

/** What a key may do: whoever may send events may send feedback too. */
export function scopesOfKey(scopes: readonly KeyScope[]): ReadonlySet<KeyScope> {
  return new Set(scopes.includes('ingest') ? [...scopes, 'feedback'] : scopes);
}
