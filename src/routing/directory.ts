import { DEMO_PROVIDER } from './environment-providers.ts';
import { takesUsageOption } from './provider-name.ts';
import type { UpstreamProvider } from './router.ts';
import {
  EMPTY_SNAPSHOT,
  type ModelEntry,
  type ProviderEntry,
  type RouteEntry,
  type RoutingSnapshot,
} from './snapshot.ts';

/** A provider as the directory keeps it: ready to be called. */
export interface KnownProvider {
  readonly entry: ProviderEntry;
  readonly upstream: UpstreamProvider;
}

/** What one project can call: its own providers and those for everybody. */
export interface ProjectDirectory {
  /** Own ones first, in the order they were made, then those of the environment, then the demo. */
  readonly providers: readonly KnownProvider[];
  readonly byId: ReadonlyMap<string, KnownProvider>;
  readonly byName: ReadonlyMap<string, KnownProvider>;
  /** By alias where there is one, else by name; oldest first. */
  readonly models: ReadonlyMap<string, readonly ModelEntry[]>;
  readonly routes: ReadonlyMap<string, RouteEntry>;
  /** Provider id and model name, with a line break in between. */
  readonly disabledModels: ReadonlySet<string>;
}

/**
 * Providers, models and routes in memory: a way is found without waiting for anything. Keeps answering from
 * its last snapshot while the database is away; before the first one it knows what the environment names.
 */
export class RoutingDirectory {
  readonly #always: readonly ProviderEntry[];
  #snapshot: RoutingSnapshot = EMPTY_SNAPSHOT;
  #projects = new Map<string, ProjectDirectory>();
  readonly #listeners: (() => void)[] = [];

  /** `always`: what `environmentProviders` answers. */
  constructor(always: readonly ProviderEntry[] = [DEMO_PROVIDER]) {
    this.#always = always;
  }

  /** The version of the snapshot in use; 0 before the first. */
  get version(): number {
    return this.#snapshot.version;
  }

  get snapshot(): RoutingSnapshot {
    return this.#snapshot;
  }

  /** The providers without a row. */
  get always(): readonly ProviderEntry[] {
    return this.#always;
  }

  replace(snapshot: RoutingSnapshot): void {
    this.#snapshot = snapshot;
    this.#projects = new Map();
    for (const listen of this.#listeners) listen();
  }

  /** Called after each new snapshot. */
  onReplace(listen: () => void): void {
    this.#listeners.push(listen);
  }

  /** What a project can call; made once for each snapshot. */
  of(projectId: string): ProjectDirectory {
    const known = this.#projects.get(projectId);
    if (known !== undefined) return known;
    const made = directoryOf(this.#snapshot, this.#always, projectId);
    this.#projects.set(projectId, made);
    return made;
  }
}

function directoryOf(
  snapshot: RoutingSnapshot,
  always: readonly ProviderEntry[],
  projectId: string,
): ProjectDirectory {
  const own = snapshot.providers.filter((entry) => entry.projectId === projectId);
  const providers = [...own, ...always].map((entry) => ({ entry, upstream: toUpstream(entry) }));
  const byId = new Map(providers.map((known) => [known.entry.id, known]));
  // Own names win over those of the environment, so the first one counts.
  const byName = new Map(providers.toReversed().map((known) => [known.entry.name, known]));
  const entries = snapshot.models.filter((model) => model.projectId === projectId);
  const models = Map.groupBy(entries, ({ alias, name }) => alias ?? name);
  const disabledModels = new Set(
    entries
      .filter(({ enabled }) => !enabled)
      .map(({ providerId, name }) => `${providerId}\n${name}`),
  );
  const routes = new Map(
    snapshot.routes
      .filter((route) => route.projectId === projectId)
      .map((route) => [route.name, route]),
  );
  return { providers, byId, byName, models, routes, disabledModels };
}

function toUpstream(entry: ProviderEntry): UpstreamProvider {
  const baseUrl = new URL(entry.baseUrl);
  return {
    id: entry.id,
    name: entry.name,
    dialect: entry.dialect,
    kind: entry.kind === 'azure' || entry.kind === 'demo' ? entry.kind : 'standard',
    baseUrl,
    credentialHeaders: entry.credentialHeaders,
    query: entry.apiVersion === null ? {} : { 'api-version': entry.apiVersion },
    allowLinkLocal: entry.allowLinkLocal,
    takesUsageOption: entry.kind !== 'mistral' && takesUsageOption(baseUrl),
  };
}
