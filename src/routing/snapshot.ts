import type {
  FallbackClass,
  ProviderDialect,
  ProviderKind,
  RouteBreaker,
  RouteRetries,
  RouteTarget,
} from '../contract/routing.ts';

/**
 * Everything that the choice of a way needs, as plain data that can be posted to other processes. Holds
 * credentials in the clear: it goes to our own processes and nowhere else, and is never logged.
 */
export interface RoutingSnapshot {
  readonly version: number;
  /** Of all projects; in the order they were made. */
  readonly providers: readonly ProviderEntry[];
  readonly models: readonly ModelEntry[];
  readonly routes: readonly RouteEntry[];
}

export interface ProviderEntry {
  readonly id: string;
  /** Null: serves every project (environment, built in). */
  readonly projectId: string | null;
  readonly name: string;
  readonly kind: ProviderKind | 'demo';
  readonly dialect: ProviderDialect;
  readonly baseUrl: string;
  readonly credentialHeaders: Readonly<Record<string, string>>;
  readonly apiVersion: string | null;
  readonly allowLinkLocal: boolean;
  readonly isDefault: boolean;
  readonly enabled: boolean;
  /** Why it cannot be used although it is enabled (its credential does not open); null: it can. */
  readonly problem: string | null;
  /** Changes with every change of the provider: what was learnt of the old one is forgotten. */
  readonly revision: string;
}

export interface ModelEntry {
  readonly projectId: string;
  readonly providerId: string;
  readonly name: string;
  readonly alias: string | null;
  readonly enabled: boolean;
  readonly createdAtSeconds: number;
}

export interface RoutePolicy {
  readonly sticky: 'none' | 'session' | 'user';
  readonly retries: RouteRetries;
  readonly fallbackOn: readonly FallbackClass[];
  readonly breaker: RouteBreaker;
  /** Null: no active probes. */
  readonly probeSeconds: number | null;
  readonly onDisconnect: 'abort' | 'drain';
}

export interface RouteEntry extends RoutePolicy {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly targets: readonly RouteTarget[];
  readonly createdAtSeconds: number;
}

export const EMPTY_SNAPSHOT: RoutingSnapshot = {
  version: 0,
  providers: [],
  models: [],
  routes: [],
};
