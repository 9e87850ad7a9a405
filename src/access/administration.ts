import { z } from 'zod';
import { ApiKey, CreatedApiKey, Project } from '../contract/access.ts';
import { ErrorBody, page } from '../contract/common.ts';
import { AppError } from '../core/errors.ts';
import type { KeyScope } from '../core/http.ts';
import type { AccessDeps } from './access.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { listProjects, projectBySlug } from './projects.ts';
import { createSignInLink } from './sign-in-links.ts';
import { ensureLocalAdministrator } from './users.ts';

export interface NamedKey extends z.infer<typeof ApiKey> {
  readonly project: string;
}

/** What the command line can do about keys and signing in, whichever way it reaches the data. */
export interface Administration {
  createKey(wish: {
    project: string;
    name: string;
    scopes: readonly KeyScope[];
  }): Promise<z.infer<typeof CreatedApiKey>>;
  listKeys(project: string): Promise<z.infer<typeof ApiKey>[]>;
  listAllKeys(): Promise<NamedKey[]>;
  revokeKey(key: NamedKey): Promise<void>;
  /** Path and query of a new one-time sign-in link. */
  signInPath(): Promise<string>;
}

const BY_COMMAND = { actor: 'command', userId: null };

/** Works on the database itself: for a server database, or while no program holds the embedded one. */
export function administrateDatabase(deps: AccessDeps): Administration {
  const { database } = deps;
  return {
    async createKey({ project, name, scopes }): Promise<z.infer<typeof CreatedApiKey>> {
      const { id: projectId } = await projectBySlug(database, project);
      const wish = { projectId, name, scopes, expiresAt: null, createdBy: null };
      return createKey(deps, wish, BY_COMMAND);
    },
    async listKeys(project): Promise<ApiKey[]> {
      return listKeys(database, (await projectBySlug(database, project)).id);
    },
    async listAllKeys(): Promise<NamedKey[]> {
      const projects = await listProjects(database);
      const lists = projects.map(async ({ id, slug }) =>
        (await listKeys(database, id)).map((key) => ({ ...key, project: slug })),
      );
      return (await Promise.all(lists)).flat();
    },
    async revokeKey({ id, project }): Promise<void> {
      const { id: projectId } = await projectBySlug(database, project);
      await revokeKey(deps, { id, projectId }, BY_COMMAND);
    },
    async signInPath(): Promise<string> {
      return createSignInLink(database, deps, await ensureLocalAdministrator(database, deps));
    },
  };
}

/** Asks the running program, which alone may open its embedded database. */
export function administrateProgram(deps: {
  url: string;
  token: string;
  fetch: typeof globalThis.fetch;
}): Administration {
  const call = <Reply>(schema: z.ZodType<Reply>, request: ProgramRequest): Promise<Reply> =>
    callProgram(deps, schema, request);
  const keysOf = (project: string): Promise<z.infer<typeof ApiKey>[]> =>
    call(page(ApiKey), { method: 'GET', path: '/api/v1/keys', project }).then(({ items }) => items);
  return {
    createKey: ({ project, ...body }) =>
      call(CreatedApiKey, { method: 'POST', path: '/api/v1/keys', project, body }),
    listKeys: keysOf,
    async listAllKeys(): Promise<NamedKey[]> {
      const { items } = await call(page(Project), { method: 'GET', path: '/api/v1/projects' });
      const lists = items.map(async ({ slug }) =>
        (await keysOf(slug)).map((key) => ({ ...key, project: slug })),
      );
      return (await Promise.all(lists)).flat();
    },
    async revokeKey({ id, project }): Promise<void> {
      await call(z.unknown(), { method: 'DELETE', path: `/api/v1/keys/${id}`, project });
    },
    async signInPath(): Promise<string> {
      const reply = z.object({ path: z.string() });
      return (await call(reply, { method: 'POST', path: '/api/v1/sign-in-links' })).path;
    },
  };
}

interface ProgramRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly project?: string;
  readonly body?: unknown;
}

async function callProgram<Reply>(
  { url, token, fetch }: { url: string; token: string; fetch: typeof globalThis.fetch },
  schema: z.ZodType<Reply>,
  { method, path, project, body }: ProgramRequest,
): Promise<Reply> {
  const reply = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(project === undefined ? {} : { 'x-lqo-project': project }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await reply.text();
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  if (reply.ok) return schema.parse(parsed);
  const failure = ErrorBody.safeParse(parsed);
  const code = reply.status === 404 ? 'not_found' : 'invalid_request';
  throw new AppError(code, failure.data?.error.message ?? `The program answered ${reply.status}.`);
}
