import type { KeyScope } from '../core/http.ts';

export const ALL_SCOPES = ['gateway', 'ingest', 'read', 'admin', 'metrics'] as const;

export type UserRole = 'admin' | 'developer' | 'viewer';

const ROLE_SCOPES: Record<UserRole, ReadonlySet<KeyScope>> = {
  admin: new Set(ALL_SCOPES),
  developer: new Set<KeyScope>(['gateway', 'ingest', 'read', 'metrics']),
  viewer: new Set<KeyScope>(['read']),
};

/** What a signed-in user may do. */
export function scopesOfRole(role: UserRole): ReadonlySet<KeyScope> {
  return ROLE_SCOPES[role];
}
