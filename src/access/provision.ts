import type { Clock } from '../core/clock.ts';
import { type Config, ConfigError } from '../core/config.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { recordDeed } from './audit.ts';
import { DEFAULT_PROJECT_SLUG } from './key-directory.ts';
import { hashToken, makeApiKey } from './key-format.ts';
import { insertKey } from './keys.ts';
import { MIN_PASSWORD_LENGTH } from './passwords.ts';
import { ensureProject } from './projects.ts';
import { ALL_SCOPES } from './scopes.ts';
import { createSignInLink } from './sign-in-links.ts';
import { ensureAdministrator, ensureLocalAdministrator, hasAdministrator } from './users.ts';

const MIN_KEY_LENGTH = 20;
const MAX_KEY_LENGTH = 512;
/** What fits into a header and a shell without quoting surprises. */
const KEY_CHARACTERS = /^[\x21-\x7e]+$/;
/** The name of the key that the environment gives; there is one at a time. */
const PROVISIONED_NAME = 'LQO_API_KEY';

export interface ProvisionDeps {
  readonly database: Database;
  readonly config: Pick<Config, 'LQO_API_KEY' | 'LQO_ADMIN_EMAIL' | 'LQO_ADMIN_PASSWORD'>;
  readonly newId: NewId;
  readonly clock: Clock;
}

export interface Provisioned {
  /** True when this start made the default project. */
  readonly firstStart: boolean;
  /** The default project's. */
  readonly projectId: string;
  /** The first key, at the first start only and only when LQO_API_KEY names none; shown nowhere else. */
  readonly apiKey: string | null;
  /** Path and query of a link that signs the local administrator in, once, within 15 minutes. */
  readonly signInPath: string;
  /** For `assertSafeToListen`: whether an administrator with a password exists. */
  readonly hasAdministrator: boolean;
  /** What an operator should know, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Brings projects, users and keys to what the environment asks for; running it again changes nothing but
 * the sign-in link. Throws ConfigError when the environment asks for something that cannot be.
 */
export async function provision(deps: ProvisionDeps): Promise<Provisioned> {
  const { database, config } = deps;
  assertUsable(config);
  const outcome = await database.transaction(async (tx) => {
    const project = await ensureProject(tx, deps, {
      slug: DEFAULT_PROJECT_SLUG,
      name: 'Default',
      isDemo: false,
    });
    const localId = await ensureLocalAdministrator(tx, deps);
    const warnings = await provisionKey(tx, deps, project.id);
    await provisionAdministrator(tx, deps);
    const apiKey =
      project.created && config.LQO_API_KEY === null
        ? await insertFirstKey(tx, deps, project.id)
        : null;
    return { firstStart: project.created, projectId: project.id, localId, apiKey, warnings };
  });
  const { localId, ...rest } = outcome;
  return {
    ...rest,
    signInPath: await createSignInLink(database, deps, localId),
    hasAdministrator: await hasAdministrator(database),
  };
}

function assertUsable(config: ProvisionDeps['config']): void {
  const { LQO_API_KEY: key, LQO_ADMIN_EMAIL: email, LQO_ADMIN_PASSWORD: password } = config;
  if (key !== null && (key.length < MIN_KEY_LENGTH || key.length > MAX_KEY_LENGTH)) {
    throw new ConfigError(
      `LQO_API_KEY must have ${MIN_KEY_LENGTH} to ${MAX_KEY_LENGTH} characters, and has ${key.length}.`,
    );
  }
  if (key !== null && !KEY_CHARACTERS.test(key)) {
    throw new ConfigError('LQO_API_KEY must be printable ASCII without blanks.');
  }
  if ((email === null) !== (password === null)) {
    throw new ConfigError('LQO_ADMIN_EMAIL and LQO_ADMIN_PASSWORD must be given together.');
  }
  if (password !== null && password.length < MIN_PASSWORD_LENGTH) {
    throw new ConfigError(
      `LQO_ADMIN_PASSWORD must have at least ${MIN_PASSWORD_LENGTH} characters.`,
    );
  }
  if (email !== null && !/^[^@\s]+@[^@\s]+$/.test(email)) {
    throw new ConfigError('LQO_ADMIN_EMAIL must be an e-mail address.');
  }
}

async function insertFirstKey(
  tx: Queryable,
  deps: ProvisionDeps,
  projectId: string,
): Promise<string> {
  const key = makeApiKey();
  const wish = {
    projectId,
    name: 'First key',
    scopes: ALL_SCOPES,
    expiresAt: null,
    createdBy: null,
  };
  const row = await insertKey(tx, deps, { key, wish });
  await recordDeed(tx, deps, {
    projectId,
    actor: 'start',
    action: 'key.create',
    target: row.id,
    details: { name: row.name, prefix: row.prefix, scopes: row.scopes },
  });
  return key;
}

/** The environment's key exists and is the only one of its name; one that somebody revoked stays revoked. */
async function provisionKey(
  tx: Queryable,
  deps: ProvisionDeps,
  projectId: string,
): Promise<string[]> {
  const key = deps.config.LQO_API_KEY;
  if (key === null) return [];
  const [existing] = await tx.query<{ project_id: string; revoked_at: Date | null }>(
    `select project_id, revoked_at from api_keys where key_hash = decode($1, 'hex')`,
    [hashToken(key)],
  );
  if (existing !== undefined && existing.project_id !== projectId) {
    throw new ConfigError('LQO_API_KEY is a key of another project already.');
  }
  if (existing?.revoked_at) {
    return ['LQO_API_KEY was revoked and stays so; give another key to provision one.'];
  }
  await revokeFormerKeys(tx, deps, { projectId, key });
  if (existing !== undefined) return [];
  const wish = {
    projectId,
    name: PROVISIONED_NAME,
    scopes: ALL_SCOPES,
    expiresAt: null,
    createdBy: null,
  };
  const row = await insertKey(tx, deps, { key, wish });
  await recordDeed(tx, deps, {
    projectId,
    actor: 'start',
    action: 'key.provision',
    target: row.id,
    details: { prefix: row.prefix },
  });
  return [];
}

/** A key that the environment no longer names was taken away by its operator. */
async function revokeFormerKeys(
  tx: Queryable,
  deps: ProvisionDeps,
  { projectId, key }: { projectId: string; key: string },
): Promise<void> {
  const former = await tx.query<{ id: string; prefix: string }>(
    `update api_keys set revoked_at = $4
     where project_id = $1 and name = $2 and created_by is null and revoked_at is null
       and key_hash <> decode($3, 'hex')
     returning id, prefix`,
    [projectId, PROVISIONED_NAME, hashToken(key), new Date(deps.clock.now())],
  );
  for (const { id, prefix } of former) {
    await recordDeed(tx, deps, {
      projectId,
      actor: 'start',
      action: 'key.revoke',
      target: id,
      details: { prefix, name: PROVISIONED_NAME },
    });
  }
}

async function provisionAdministrator(tx: Queryable, deps: ProvisionDeps): Promise<void> {
  const { LQO_ADMIN_EMAIL: email, LQO_ADMIN_PASSWORD: password } = deps.config;
  if (email === null || password === null) return;
  if (!(await ensureAdministrator(tx, deps, { email, password }))) return;
  await recordDeed(tx, deps, {
    projectId: null,
    actor: 'start',
    action: 'user.provision',
    target: email,
  });
}
