import { AppError } from '../core/errors.ts';
import type { DialectId } from '../providers/dialect.ts';
import type { KnownProvider, ProjectDirectory } from './directory.ts';
import type { RouteEntry } from './snapshot.ts';

/** Where a model leads: a route of its own, or one provider under one name. */
export type Resolution =
  | { readonly kind: 'route'; readonly route: RouteEntry }
  | { readonly kind: 'direct'; readonly provider: KnownProvider; readonly model: string | null };

/**
 * What a model name means, in this order:
 * 1. the name of a route;
 * 2. `provider/model`, where `provider` is the name of a provider;
 * 3. the alias or name of an enabled model; of several the one made first;
 * 4. `demo/…`, the built-in models;
 * 5. the maker's own provider for names that tell their maker (`claude-…`, `gemini-…`, `gpt-…`);
 * 6. the default provider of the entrance's dialect;
 * 7. the default provider of any dialect (the call is translated).
 * Throws `model_not_found` for what is switched off or leads nowhere and `upstream_not_configured` when
 * there is no provider but the built-in one.
 */
export function resolveModel(
  directory: ProjectDirectory,
  { model, dialect }: { readonly model: string | null; readonly dialect: DialectId },
): Resolution {
  if (model !== null) {
    const named = byOwnName(directory, model);
    if (named !== null) return named;
    const maker = makerOf(directory, model);
    if (maker !== null) return servedBy(directory, maker, model);
  }
  const provider = defaultProvider(directory, dialect);
  if (provider === null) throw nothingServes(directory, model);
  return servedBy(directory, provider, model);
}

function byOwnName(directory: ProjectDirectory, model: string): Resolution | null {
  const route = directory.routes.get(model);
  if (route !== undefined) {
    if (!route.enabled) throw switchedOff(`The route ${model}`);
    return { kind: 'route', route };
  }
  return byProviderName(directory, model) ?? byModelName(directory, model);
}

function byProviderName(directory: ProjectDirectory, model: string): Resolution | null {
  const slash = model.indexOf('/');
  const provider = slash > 0 ? directory.byName.get(model.slice(0, slash)) : undefined;
  if (provider === undefined) return null;
  if (!provider.entry.enabled) throw switchedOff(`The provider ${provider.entry.name}`);
  // The demo models carry the name of their provider within their own.
  if (provider.entry.kind === 'demo') return { kind: 'direct', provider, model };
  return servedBy(directory, provider, model.slice(slash + 1));
}

function byModelName(directory: ProjectDirectory, model: string): Resolution | null {
  const entries = directory.models.get(model) ?? [];
  for (const entry of entries) {
    const provider = directory.byId.get(entry.providerId);
    if (entry.enabled && provider?.entry.enabled === true) {
      return { kind: 'direct', provider, model: entry.name };
    }
  }
  if (entries.length > 0) throw switchedOff(`The model ${model}`);
  return null;
}

const MAKERS: readonly (readonly [RegExp, string])[] = [
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'google'],
  [/^(gpt-|chatgpt-|o\d(-|$)|text-embedding-(3|ada))/, 'openai'],
];

function makerOf(directory: ProjectDirectory, model: string): KnownProvider | null {
  const kind = MAKERS.find(([names]) => names.test(model))?.[1];
  return directory.providers.find(({ entry }) => entry.enabled && entry.kind === kind) ?? null;
}

/** A provider under a name, unless exactly this model of it is switched off. */
function servedBy(
  directory: ProjectDirectory,
  provider: KnownProvider,
  model: string | null,
): Resolution {
  if (model !== null && directory.disabledModels.has(`${provider.entry.id}\n${model}`)) {
    throw switchedOff(`The model ${model}`);
  }
  return { kind: 'direct', provider, model };
}

const DIALECT_ORDER: readonly DialectId[] = ['openai', 'anthropic', 'gemini', 'ollama'];

/**
 * Who takes what nothing else serves: the default provider of the dialect, else the environment's, else the
 * oldest of the dialect; then the same for any dialect. Null when there is no provider but the built-in one.
 */
export function defaultProvider(
  directory: ProjectDirectory,
  dialect: DialectId,
): KnownProvider | null {
  const usable = directory.providers.filter(({ entry }) => entry.enabled && entry.kind !== 'demo');
  const own = usable.filter(({ entry }) => entry.dialect === dialect);
  return best(own) ?? best(usable);
}

function best(providers: readonly KnownProvider[]): KnownProvider | null {
  const byDialect = providers.toSorted(
    (a, b) => DIALECT_ORDER.indexOf(a.entry.dialect) - DIALECT_ORDER.indexOf(b.entry.dialect),
  );
  return (
    byDialect.find(({ entry }) => entry.isDefault) ??
    byDialect.find(({ entry }) => entry.projectId === null) ??
    byDialect[0] ??
    null
  );
}

function switchedOff(what: string): AppError {
  return new AppError('model_not_found', `${what} is switched off.`);
}

function nothingServes(directory: ProjectDirectory, model: string | null): AppError {
  const configured = directory.providers.some(({ entry }) => entry.kind !== 'demo');
  if (configured && model !== null) {
    return new AppError('model_not_found', `No provider serves the model ${model}.`);
  }
  return new AppError(
    'upstream_not_configured',
    `There is no provider for calls like this one. Add one under Settings, set LLM_API_BASE_URL, or call a built-in model such as demo/good.`,
  );
}
