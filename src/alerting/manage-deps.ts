import { AppError } from '../core/errors.ts';
import type { Auth } from '../core/http.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { AlertingDeps } from './deps.ts';

/** What changes of people are made with. */
export interface ManageDeps extends AlertingDeps {
  readonly database: Database;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
}

/** Who changes something, and in which project. */
export interface Person {
  readonly projectId: string;
  readonly actor: string;
}

/**
 * Who acknowledges and silences: people who may change things, and keys of administrators. Throws `forbidden` for the keys
 * that applications carry: whoever finds one must not be able to keep alerts quiet.
 */
export function onDuty(auth: Auth): Person {
  if (auth.kind === 'key' && !auth.scopes.has('admin')) {
    throw new AppError(
      'forbidden',
      'Alerts are handled by signed-in people or a key with scope admin.',
    );
  }
  return { projectId: auth.projectId, actor: auth.actor };
}
