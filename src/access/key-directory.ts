import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Auth, KeyScope, PublicUse } from '../core/http.ts';
import { isInsideCredential, openInside } from '../core/inside-credential.ts';
import type { Log } from '../core/log.ts';
import type { Queryable } from '../store/database.ts';
import { hashToken, inspectApiKey } from './key-format.ts';
import { ALL_SCOPES, scopesOfKey } from './scopes.ts';

/** The project of everybody who never made one. */
export const DEFAULT_PROJECT_SLUG = 'default';
/** Longer tokens are refused unread: hashing must stay cheap. */
const MAX_TOKEN_LENGTH = 512;
/** With the time of a look itself, a revocation elsewhere counts within a second. */
const DEFAULT_REFRESH_MS = 750;
/** Uses of keys are written at every this-many-th refresh. */
const USED_EVERY = 20;

export interface ProjectInfo {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly isDemo: boolean;
  readonly createdAt: string;
}

/** Everything needed to check keys; plain data, so that it can be posted to other processes. */
export interface AccessSnapshot {
  readonly version: number;
  readonly projects: readonly ProjectInfo[];
  readonly keys: readonly {
    readonly id: string;
    readonly projectId: string;
    readonly hash: string;
    readonly prefix: string;
    readonly scopes: readonly KeyScope[];
    readonly expiresAtMs: number | null;
    readonly publicUse: PublicUse | null;
  }[];
}

/** `anyProject`: the caller may name another project than that of `auth`. */
export type LookUp =
  | { readonly found: true; readonly auth: Auth; readonly anyProject: boolean }
  | { readonly found: false; readonly reason: 'unknown' | 'mistyped' | 'expired' | 'not_loaded' };

const GATEWAY_ALONE: ReadonlySet<KeyScope> = new Set(['gateway']);

interface Entry {
  readonly auth: Auth;
  readonly keyId: string;
  readonly expiresAtMs: number;
}

/**
 * Keys and projects in memory: the gateway checks a key without waiting for anything. Keeps answering
 * from its last snapshot while the database is away.
 */
export class KeyDirectory {
  readonly #clock: Clock;
  #entries = new Map<string, Entry>();
  #projects = new Map<string, ProjectInfo>();
  #origins: ReadonlySet<string> = new Set();
  #version: number | null = null;
  #used = new Map<string, number>();
  #localHash: string | null = null;
  #insideKey: Uint8Array | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The version of the snapshot in use; null before the first. */
  get version(): number | null {
    return this.#version;
  }

  /** Lets the holder of this token administrate every project, until it is called again. */
  admitLocal(token: string | null): void {
    this.#localHash = token === null ? null : hashToken(token);
  }

  /** Lets calls of the program itself through to the gateway: those whose credentials were signed with this key. */
  admitInside(key: Uint8Array): void {
    this.#insideKey = key;
  }

  replace(snapshot: AccessSnapshot): void {
    const slugs = new Map(snapshot.projects.map((project) => [project.id, project.slug]));
    const entries = new Map<string, Entry>();
    const origins = new Set<string>();
    for (const key of snapshot.keys) {
      const projectSlug = slugs.get(key.projectId);
      if (projectSlug === undefined) continue;
      const auth: Auth = {
        kind: 'key',
        projectId: key.projectId,
        projectSlug,
        keyId: key.id,
        userId: null,
        actor: `key:${key.prefix}`,
        scopes: scopesOfKey(key.scopes),
        ...(key.publicUse === null ? {} : { publicUse: key.publicUse }),
      };
      for (const origin of key.publicUse?.origins ?? []) origins.add(origin);
      const expiresAtMs = key.expiresAtMs ?? Number.POSITIVE_INFINITY;
      entries.set(key.hash, { auth, keyId: key.id, expiresAtMs });
    }
    this.#entries = entries;
    this.#origins = origins;
    this.#projects = new Map(snapshot.projects.map((project) => [project.slug, project]));
    this.#version = snapshot.version;
  }

  /** Who a token belongs to, or why it opens nothing. The look-up is by hash, so its time tells nothing. */
  lookUp(token: string): LookUp {
    if (token.length > MAX_TOKEN_LENGTH) return { found: false, reason: 'unknown' };
    if (isInsideCredential(token)) return this.#lookUpInside(token);
    const hashed = hashToken(token);
    const entry = this.#entries.get(hashed);
    if (hashed === this.#localHash) return this.#lookUpLocal();
    if (entry === undefined) {
      if (inspectApiKey(token) === 'mistyped') return { found: false, reason: 'mistyped' };
      return { found: false, reason: this.#version === null ? 'not_loaded' : 'unknown' };
    }
    const nowMs = this.#clock.now();
    if (entry.expiresAtMs <= nowMs) return { found: false, reason: 'expired' };
    this.#used.set(entry.keyId, nowMs);
    return { found: true, auth: entry.auth, anyProject: false };
  }

  #lookUpInside(token: string): LookUp {
    const claim =
      this.#insideKey === null ? null : openInside(this.#insideKey, token, this.#clock.now());
    if (claim === null) return { found: false, reason: 'unknown' };
    const project = this.projects().find(({ id }) => id === claim.projectId);
    if (project === undefined) return { found: false, reason: 'not_loaded' };
    const auth: Auth = {
      kind: 'inside',
      projectId: project.id,
      projectSlug: project.slug,
      keyId: null,
      userId: null,
      actor: `inside:${claim.purpose}`,
      scopes: GATEWAY_ALONE,
      purpose: claim.purpose,
    };
    return { found: true, auth, anyProject: false };
  }

  /** Whether a public key of any project may be used from this web origin; a preflight names no key. */
  admitsOrigin(origin: string): boolean {
    return this.#origins.has(origin) || this.#origins.has('*');
  }

  #lookUpLocal(): LookUp {
    const project = this.projectBySlug(DEFAULT_PROJECT_SLUG);
    if (project === null) return { found: false, reason: 'not_loaded' };
    const auth: Auth = {
      kind: 'local',
      projectId: project.id,
      projectSlug: project.slug,
      keyId: null,
      userId: null,
      actor: 'local',
      scopes: new Set(ALL_SCOPES),
    };
    return { found: true, auth, anyProject: true };
  }

  projectBySlug(slug: string): ProjectInfo | null {
    return this.#projects.get(slug) ?? null;
  }

  projects(): readonly ProjectInfo[] {
    return [...this.#projects.values()];
  }

  /** Key ids with the millisecond of their last use since the last call. */
  takeUsed(): ReadonlyMap<string, number> {
    const used = this.#used;
    this.#used = new Map();
    return used;
  }

  /** Puts uses back that could not be written; newer ones win. */
  returnUsed(used: ReadonlyMap<string, number>): void {
    for (const [id, atMs] of used) {
      if (atMs > (this.#used.get(id) ?? 0)) this.#used.set(id, atMs);
    }
  }
}

/** The current keys (revoked ones left out) and projects. */
export async function readAccessSnapshot(database: Queryable): Promise<AccessSnapshot> {
  // The version is read first: a change in between is seen at the next check instead of missed.
  const version = await readAccessVersion(database);
  const projects = await database.query<{
    id: string;
    slug: string;
    name: string;
    is_demo: boolean;
    created_at: Date;
  }>('select id, slug, name, is_demo, created_at from projects order by created_at, id');
  const keys = await database.query<{
    id: string;
    project_id: string;
    hash: string;
    prefix: string;
    scopes: KeyScope[];
    expires_at: Date | null;
    allowed_origins: string[];
    per_minute: number | null;
  }>(
    `select id, project_id, encode(key_hash, 'hex') as hash, prefix, scopes, expires_at,
       allowed_origins, per_minute
     from api_keys where revoked_at is null`,
  );
  return {
    version,
    projects: projects.map((row) => ({
      id: row.id,
      slug: row.slug,
      name: row.name,
      isDemo: row.is_demo,
      createdAt: row.created_at.toISOString(),
    })),
    keys: keys.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      hash: row.hash,
      prefix: row.prefix,
      scopes: row.scopes,
      expiresAtMs: row.expires_at?.getTime() ?? null,
      publicUse: publicUseOf(row),
    })),
  };
}

/** The columns of a public key; null for any other. */
export function publicUseOf(row: {
  readonly allowed_origins: readonly string[];
  readonly per_minute: number | null;
}): PublicUse | null {
  return row.per_minute === null
    ? null
    : { origins: row.allowed_origins, perMinute: row.per_minute };
}

async function readAccessVersion(database: Queryable): Promise<number> {
  const rows = await database.query<{ version: number }>('select version from access_version');
  return Number(rows[0]?.version ?? 0);
}

export interface DirectoryRefresh {
  /** Reads the directory anew if the database holds another version. */
  refresh(): Promise<void>;
  /** Writes when keys were last used. */
  flushUsed(): Promise<void>;
  /** Stops the clockwork and writes what is left. */
  close(): Promise<void>;
}

/**
 * Keeps a directory fresh: one small query every `refreshMs`, and the rows only after a change; uses
 * are written in one statement. A database that is away is logged once and tried again.
 */
export function keepDirectoryFresh(deps: {
  directory: KeyDirectory;
  database: Queryable;
  log: Log;
  refreshMs?: number;
}): DirectoryRefresh {
  const { directory, database, log, refreshMs = DEFAULT_REFRESH_MS } = deps;
  let stopped = false;
  let failing = false;
  let ticks = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  let refreshed: Promise<void> = Promise.resolve();

  const readAnew = async (): Promise<void> => {
    if ((await readAccessVersion(database)) === directory.version) return;
    directory.replace(await readAccessSnapshot(database));
  };
  // One after the other: an older snapshot must never replace a newer one.
  const refresh = (): Promise<void> => {
    refreshed = refreshed.catch(() => undefined).then(readAnew);
    return refreshed;
  };
  const flushUsed = (): Promise<void> => writeUsed(directory, database);
  const tick = async (): Promise<void> => {
    try {
      await refresh();
      ticks += 1;
      if (ticks % USED_EVERY === 0) await flushUsed();
      failing = false;
    } catch (thrown) {
      if (!failing)
        log.warn({ err: asError(thrown) }, 'access: keeps its last keys, database away');
      failing = true;
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = tick();
    }, refreshMs).unref();
  };
  schedule();
  return {
    refresh,
    flushUsed,
    async close(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
      await flushUsed().catch((thrown: unknown) =>
        log.warn({ err: asError(thrown) }, 'access: last uses of keys were not written'),
      );
    },
  };
}

async function writeUsed(directory: KeyDirectory, database: Queryable): Promise<void> {
  const used = directory.takeUsed();
  if (used.size === 0) return;
  try {
    await database.query(
      `update api_keys as k set last_used_at = greatest(k.last_used_at, u.at)
       from unnest($1::uuid[], $2::timestamptz[]) as u(id, at) where k.id = u.id`,
      [[...used.keys()], [...used.values()].map((atMs) => new Date(atMs).toISOString())],
    );
  } catch (thrown) {
    directory.returnUsed(used);
    throw thrown;
  }
}
