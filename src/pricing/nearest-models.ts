import { findProvider } from '@pydantic/genai-prices';

/** A model of the bundled price list. */
export interface ListedModel {
  readonly provider: string;
  readonly model: string;
}

/** The providers of the list; it can be asked for one by name, but not for all. */
const PROVIDERS = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'x-ai',
  'deepseek',
  'groq',
  'cohere',
  'perplexity',
  'together',
  'fireworks',
  'cerebras',
  'azure',
  'aws',
  'openrouter',
  'novita',
  'moonshotai',
  'avian',
  'huggingface_together',
] as const;

let listed: readonly ListedModel[] | null = null;

/** Every model of the price list, by provider; read once. */
export function listedModels(): readonly ListedModel[] {
  listed ??= PROVIDERS.flatMap((provider) => {
    const found = findProvider({ providerId: provider });
    const models = (found?.models ?? []).filter(({ deprecated }) => deprecated !== true);
    return models.map(({ id }) => ({ provider, model: id }));
  });
  return listed;
}

/** Names less alike than this are not worth suggesting. */
const LEAST_LIKENESS = 0.4;

/**
 * Listed models whose names are most like a name, nearest first; those of the provider it came with before others that
 * are as near. Likeness is the share of common letter pairs (Dice 1945), without vendor prefixes and dates.
 */
export function nearestModels(
  of: { readonly provider: string; readonly model: string },
  most: number,
): ListedModel[] {
  const wanted = pairsOf(plain(of.model));
  return listedModels()
    .map((model) => ({ model, likeness: likeness(wanted, pairsOf(plain(model.model))) }))
    .filter((one) => one.likeness >= LEAST_LIKENESS)
    .sort(
      (a, b) =>
        b.likeness - a.likeness ||
        Number(b.model.provider === of.provider) - Number(a.model.provider === of.provider) ||
        a.model.model.length - b.model.model.length,
    )
    .filter(
      (one, at, all) => all.findIndex((other) => other.model.model === one.model.model) === at,
    )
    .slice(0, most)
    .map(({ model }) => model);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .slice(name.lastIndexOf('/') + 1)
    .replace(/[-@:]?(?:20\d{2}-?\d{2}-?\d{2}|latest)$/, '')
    .replace(/[^a-z0-9]+/g, '-');
}

function pairsOf(name: string): ReadonlySet<string> {
  return new Set(
    Array.from({ length: Math.max(0, name.length - 1) }, (_, at) => name.slice(at, at + 2)),
  );
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  const common = [...a].filter((pair) => b.has(pair)).length;
  return (2 * common) / (a.size + b.size);
}

/** They answer in something else than text. */
const OTHER_KIND = /tts|transcribe|audio|image|embed|realtime|search|live|moderation|codex|oss/;
const SMALL = /(?:^|[-.\d])(?:mini|nano|haiku|flash|lite|small|8b|instant)(?:$|[-.\d])/;

/**
 * The smaller listed models of the same provider that share the beginning of a name (`gpt-4o` → `gpt-4o-mini`,
 * `claude-3-5-sonnet` → `claude-3-5-haiku`), the closest first; empty for models that are small themselves.
 */
export function smallerSiblings(of: {
  readonly provider: string;
  readonly model: string;
}): ListedModel[] {
  const name = plain(of.model);
  if (SMALL.test(name)) return [];
  const pairs = pairsOf(name);
  return listedModels()
    .map((listedModel) => ({ listedModel, other: plain(listedModel.model) }))
    .filter(({ listedModel, other }) => listedModel.provider === of.provider && SMALL.test(other))
    .filter(({ other }) => !OTHER_KIND.test(other))
    .map(({ listedModel, other }) => ({
      listedModel,
      common: commonLength(name, other),
      likeness: likeness(pairs, pairsOf(other)),
    }))
    .filter(({ common }) => common >= MIN_COMMON)
    .sort((a, b) => b.common - a.common || b.likeness - a.likeness)
    .map(({ listedModel }) => listedModel);
}

/** Shorter beginnings are those of unrelated models. */
const MIN_COMMON = 5;

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
