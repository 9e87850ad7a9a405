import type { RouteImport, RouteImportReply } from '../contract/route-import.ts';
import { NewModel, NewProvider, NewRoute } from '../contract/routing.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { checkedBaseUrl } from './guard-address.ts';
import { presetOf } from './presets.ts';
import { type ImportedConfig, type ImportedProvider, readLitellm } from './read-litellm.ts';
import { insertModel } from './stored-models.ts';
import { type Actor, insertProvider, type RoutingDeps } from './stored-providers.ts';
import { insertRoute } from './stored-routes.ts';

/** What is there already, by name. */
interface Existing {
  readonly providers: ReadonlyMap<string, { readonly id: string; readonly baseUrl: string }>;
  /** Provider id and model, with a line break in between. */
  readonly models: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
}

interface PlannedProvider extends ImportedProvider {
  readonly name: string;
  /** Of the provider that is there already. */
  readonly existingId: string | null;
}

/**
 * Reads a configuration of LiteLLM and tells what it would make; with `apply` it makes it, in one transaction.
 * What is there already under the same name is left as it is. Throws `invalid_request` for a file that cannot be
 * read.
 */
export async function importRoutes(
  deps: RoutingDeps,
  by: Actor,
  asked: RouteImport,
): Promise<RouteImportReply> {
  const config = readLitellm(asked.content);
  const reply = await deps.database.transaction(async (tx) => {
    const existing = await readExisting(tx, by.projectId);
    const planned = planProviders(config, existing, deps);
    if (!asked.apply) return { ...replyOf(config, planned, existing), applied: false };
    const made = await apply({ deps, tx, by }, { config, planned: planned.providers, existing });
    return { ...replyOf(made, planned, existing), applied: true };
  });
  if (asked.apply) await deps.refresh();
  return reply;
}

async function readExisting(tx: Queryable, projectId: string): Promise<Existing> {
  const providers = await tx.query<{ id: string; name: string; base_url: string }>(
    'select id, name, base_url from providers where project_id = $1',
    [projectId],
  );
  const models = await tx.query<{ provider_id: string; name: string }>(
    'select provider_id, name from llm_models where project_id = $1',
    [projectId],
  );
  const routes = await tx.query<{ name: string }>('select name from routes where project_id = $1', [
    projectId,
  ]);
  return {
    providers: new Map(providers.map(({ id, name, base_url: baseUrl }) => [name, { id, baseUrl }])),
    models: new Set(models.map(({ provider_id: id, name }) => `${id}\n${name}`)),
    routes: new Set(routes.map(({ name }) => name)),
  };
}

interface Planned {
  readonly providers: readonly PlannedProvider[];
  readonly notes: readonly { readonly path: string; readonly reason: string }[];
}

/** Gives each provider of the file a name, and leaves out those whose URL must not be used. */
function planProviders(config: ImportedConfig, existing: Existing, deps: RoutingDeps): Planned {
  const providers: PlannedProvider[] = [];
  const notes: { path: string; reason: string }[] = [];
  const taken = new Set(deps.always.filter(({ kind }) => kind === 'demo').map(({ name }) => name));
  for (const provider of config.providers) {
    const refused = refusalOf(provider.baseUrl);
    if (refused !== null) {
      notes.push({ path: `api_base ${provider.baseUrl}`.slice(0, 200), reason: refused });
      continue;
    }
    const wanted = provider.provider.name ?? provider.provider.kind;
    const baseUrl = normal(provider.baseUrl);
    const same = namesFrom(wanted).find(
      (name) => !taken.has(name) && existing.providers.get(name)?.baseUrl === baseUrl,
    );
    const free = namesFrom(wanted).find(
      (name) => !taken.has(name) && !existing.providers.has(name),
    );
    const name = same ?? free ?? wanted;
    taken.add(name);
    const existingId = same === undefined ? null : (existing.providers.get(same)?.id ?? null);
    providers.push({ ...provider, name, existingId });
  }
  return { providers, notes };
}

/** `openai`, `openai-2`, `openai-3` … */
function namesFrom(name: string): string[] {
  return Array.from({ length: 200 }, (_, at) => (at === 0 ? name : `${name}-${at + 1}`));
}

function normal(baseUrl: string): string {
  return new URL(baseUrl).href.replace(/\/+$/, '');
}

function refusalOf(baseUrl: string): string | null {
  try {
    checkedBaseUrl(baseUrl, { allowLinkLocal: false });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

function replyOf(
  config: ImportedConfig,
  planned: Planned,
  existing: Existing,
): Omit<RouteImportReply, 'applied'> {
  const byKey = new Map(planned.providers.map((provider) => [provider.key, provider]));
  const routes = config.routes
    .map(({ name, targets }) => ({
      name,
      action: existing.routes.has(name) ? ('exists' as const) : ('create' as const),
      targets: targets.flatMap(({ providerKey, model, weight, priority }) => {
        const provider = byKey.get(providerKey)?.name;
        return provider === undefined ? [] : [{ provider, model, weight, priority }];
      }),
    }))
    .filter(({ targets }) => targets.length > 0);
  return {
    providers: planned.providers.map((provider) => ({
      name: provider.name,
      kind: provider.provider.kind,
      baseUrl: provider.baseUrl,
      action: provider.existingId === null ? 'create' : 'exists',
      credential: credentialState(provider),
      reference: provider.reference,
    })),
    models: modelsOf(config, byKey).map(({ provider, name }) => ({
      provider: provider.name,
      name,
      action: existing.models.has(`${provider.existingId ?? ''}\n${name}`) ? 'exists' : 'create',
    })),
    routes,
    notes: [...config.notes, ...planned.notes],
  };
}

function credentialState(
  provider: PlannedProvider,
): RouteImportReply['providers'][number]['credential'] {
  if (provider.existingId !== null) return 'kept';
  if (provider.credential !== null) return 'given';
  const needed = provider.reference !== null || presetOf(provider.provider.kind).needsCredential;
  return needed ? 'missing' : 'not_needed';
}

/** Every model that a route of the file leads to, once. */
function modelsOf(
  config: ImportedConfig,
  byKey: ReadonlyMap<string, PlannedProvider>,
): { readonly provider: PlannedProvider; readonly name: string }[] {
  const found = new Map<string, { provider: PlannedProvider; name: string }>();
  for (const { targets } of config.routes) {
    for (const { providerKey, model: name } of targets) {
      const provider = byKey.get(providerKey);
      if (provider !== undefined) found.set(`${providerKey}\n${name}`, { provider, name });
    }
  }
  return [...found.values()];
}

async function apply(
  { deps, tx, by }: { deps: RoutingDeps; tx: Queryable; by: Actor },
  of: {
    readonly config: ImportedConfig;
    readonly planned: readonly PlannedProvider[];
    readonly existing: Existing;
  },
): Promise<ImportedConfig> {
  const { config, planned, existing } = of;
  const ids = new Map<string, string>();
  for (const provider of planned) {
    const made =
      provider.existingId === null
        ? await insertProvider(deps, tx, { by, asked: toNewProvider(provider) })
        : { id: provider.existingId };
    ids.set(provider.key, made.id);
  }
  const byKey = new Map(planned.map((provider) => [provider.key, provider]));
  for (const { provider, name } of modelsOf(config, byKey)) {
    const providerId = ids.get(provider.key) ?? '';
    if (existing.models.has(`${providerId}\n${name}`)) continue;
    await insertModel(deps, tx, { by, asked: NewModel.parse({ providerId, name }) });
  }
  for (const route of config.routes) {
    const targets = route.targets.flatMap(({ providerKey, firstByteMs, totalMs, ...target }) => {
      const providerId = ids.get(providerKey);
      const timeouts = { firstByteMs, totalMs };
      return providerId === undefined ? [] : [{ ...target, providerId, timeouts }];
    });
    if (targets.length === 0 || existing.routes.has(route.name)) continue;
    const retries = config.retries === null ? {} : { retries: { max: config.retries } };
    const asked = NewRoute.parse({ name: route.name, targets, ...retries });
    await insertRoute(deps, tx, { by, asked });
  }
  const details = { format: 'litellm', providers: planned.length, routes: config.routes.length };
  await deps.recordDeed(tx, { ...by, action: 'routes.imported', target: 'litellm', details });
  return config;
}

function toNewProvider(provider: PlannedProvider): NewProvider {
  return NewProvider.parse({
    kind: provider.provider.kind,
    name: provider.name,
    baseUrl: provider.baseUrl,
    credential: provider.credential,
    ...(provider.apiVersion === null ? {} : { apiVersion: provider.apiVersion }),
  });
}
