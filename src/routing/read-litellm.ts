import { parse } from 'yaml';
import { NewModel, NewProvider } from '../contract/routing.ts';
import { AppError, asError } from '../core/errors.ts';
import { type LitellmProvider, readLitellmModel } from './litellm-models.ts';
import { presetOf } from './presets.ts';

/** A provider that the file needs. */
export interface ImportedProvider {
  /** Tells providers of the file apart; holds no credential. */
  readonly key: string;
  readonly provider: LitellmProvider;
  readonly baseUrl: string;
  readonly apiVersion: string | null;
  /** In the clear; null: none given. */
  readonly credential: string | null;
  /** What the file names instead of a credential: `os.environ/OPENAI_API_KEY`. */
  readonly reference: string | null;
}

export interface ImportedTarget {
  readonly providerKey: string;
  readonly model: string;
  readonly weight: number;
  readonly priority: number;
  readonly firstByteMs: number | null;
  readonly totalMs: number | null;
  readonly maxConcurrent: number | null;
}

export interface ImportedRoute {
  readonly name: string;
  readonly targets: readonly ImportedTarget[];
}

export interface ImportNote {
  readonly path: string;
  readonly reason: string;
}

/** What a LiteLLM configuration means in our words. */
export interface ImportedConfig {
  readonly providers: readonly ImportedProvider[];
  readonly routes: readonly ImportedRoute[];
  /** Retries of every route; null: the file does not say. */
  readonly retries: number | null;
  readonly notes: readonly ImportNote[];
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_MODELS = 1000;
const MAX_TARGETS = 50;
const ENVIRONMENT = 'os.environ/';
/** What is read from an entry's `litellm_params`; anything else is noted. */
const KNOWN_PARAMS = new Set([
  'model',
  'custom_llm_provider',
  'api_base',
  'base_url',
  'api_key',
  'api_version',
  'weight',
  'order',
  'timeout',
  'stream_timeout',
  'max_parallel_requests',
]);
const PARAM_HINTS: Readonly<Record<string, string>> = {
  rpm: 'Requests a minute are set as a limit of the model, not of a target.',
  tpm: 'Tokens a minute are set as a limit of the model, not of a target.',
  max_retries: 'Retries belong to the route.',
  num_retries: 'Retries belong to the route.',
  input_cost_per_token: 'Prices are kept under Prices.',
  output_cost_per_token: 'Prices are kept under Prices.',
};

/**
 * Reads a LiteLLM `config.yaml`. Entries with the same `model_name` become one route; `order` and the router's
 * fallbacks become tiers; `os.environ/X` is never looked up. Throws `invalid_request` for what is no YAML or has
 * no `model_list`.
 */
export function readLitellm(content: string): ImportedConfig {
  const file = fieldsOf(parseYaml(content));
  const list = file?.['model_list'];
  if (file === null || !Array.isArray(list)) {
    throw new AppError('invalid_request', 'The file has no model_list.');
  }
  const reading = new Reading();
  if (list.length > MAX_MODELS) {
    reading.note('model_list', `Only the first ${MAX_MODELS} entries are read.`);
  }
  for (const [at, entry] of list.slice(0, MAX_MODELS).entries()) {
    reading.readEntry(`model_list[${at}]`, fieldsOf(entry) ?? {});
  }
  const settings = ['router_settings', 'litellm_settings'] as const;
  for (const section of settings) reading.readSettings(section, fieldsOf(file[section]) ?? {});
  for (const section of Object.keys(file)) {
    if (section !== 'model_list' && !settings.some((known) => known === section)) {
      reading.note(section, 'Settings of this section have other names here and are not read.');
    }
  }
  return reading.result();
}

function parseYaml(content: string): unknown {
  try {
    // Aliases are counted, so that a short file cannot unfold into a huge one.
    return parse(content, { maxAliasCount: 100, logLevel: 'silent' });
  } catch (thrown) {
    const [line = ''] = asError(thrown).message.split('\n');
    throw new AppError('invalid_request', `The file is not valid YAML: ${line.slice(0, 200)}`);
  }
}

class Reading {
  readonly #providers = new Map<string, ImportedProvider>();
  readonly #routes = new Map<string, ImportedTarget[]>();
  readonly #notes: ImportNote[] = [];
  readonly #fallbacks: { readonly from: string; readonly to: readonly string[] }[] = [];
  #retries: number | null = null;

  note(path: string, reason: string): void {
    this.#notes.push({ path, reason });
  }

  readEntry(path: string, entry: Fields): void {
    const name = textOf(entry['model_name']);
    const params = fieldsOf(entry['litellm_params']) ?? {};
    const model = textOf(params['model']);
    if (name === null || model === null) {
      this.note(path, 'The entry has no model_name or no litellm_params.model.');
      return;
    }
    if (name.includes('*')) {
      this.note(
        path,
        'Wildcards are not needed: callers can name any model of a provider as provider/model.',
      );
      return;
    }
    const unfit = unfitness(name, params);
    if (unfit !== null) {
      this.note(path, unfit);
      return;
    }
    const apiBase = this.#plain(
      `${path}.litellm_params.api_base`,
      params['api_base'] ?? params['base_url'],
    );
    if (apiBase === 'referenced') return;
    const read = readLitellmModel(model, textOf(params['custom_llm_provider']), apiBase);
    if (typeof read === 'string') {
      this.note(`${path}.litellm_params.model`, read);
      return;
    }
    const providerKey = this.#provider(path, params, { provider: read.provider, apiBase });
    if (providerKey === null) return;
    this.#noteUnread(`${path}.litellm_params`, params);
    const targets = this.#routes.get(name) ?? [];
    this.#routes.set(name, targets);
    const same = targets.find(
      (target) => target.providerKey === providerKey && target.model === read.model,
    );
    if (same !== undefined) {
      this.note(path, 'The same model of the same provider is listed before.');
      return;
    }
    if (targets.length >= MAX_TARGETS) {
      this.note(path, `A route has at most ${MAX_TARGETS} targets.`);
      return;
    }
    targets.push({ providerKey, model: read.model, ...placeOf(params) });
  }

  /** Null for a URL that has to be known and is not. */
  #provider(
    path: string,
    params: Fields,
    of: { readonly provider: LitellmProvider; readonly apiBase: string | null },
  ): string | null {
    const { provider, apiBase } = of;
    const preset = presetOf(provider.kind);
    const baseUrl = apiBase ?? provider.baseUrl ?? preset.baseUrl;
    if (baseUrl === null) {
      this.note(path, `api_base is needed, for example ${preset.baseUrlExample}.`);
      return null;
    }
    const key = textOf(params['api_key']);
    const reference = key?.startsWith(ENVIRONMENT) === true ? key : null;
    const credential = reference === null ? key : null;
    const version = textOf(params['api_version']);
    const apiVersion = version?.startsWith(ENVIRONMENT) === true ? null : version;
    const known = [...this.#providers.values()].find(
      (other) =>
        other.provider.kind === provider.kind &&
        other.provider.name === provider.name &&
        other.baseUrl === ownBase(provider, baseUrl) &&
        other.apiVersion === apiVersion &&
        other.credential === credential &&
        other.reference === reference,
    );
    if (known !== undefined) return known.key;
    const made: ImportedProvider = {
      key: String(this.#providers.size),
      provider,
      baseUrl: ownBase(provider, baseUrl),
      apiVersion,
      credential,
      reference,
    };
    this.#providers.set(made.key, made);
    return made.key;
  }

  /** A text of the file; a reference to a variable is noted, because nobody knows what it stands for. */
  #plain(path: string, value: unknown): string | null {
    const text = textOf(value);
    if (text?.startsWith(ENVIRONMENT) !== true) return text;
    this.note(
      path,
      `The file names the variable ${text.slice(ENVIRONMENT.length)}: write its value here.`,
    );
    return 'referenced';
  }

  #noteUnread(path: string, params: Fields): void {
    for (const name of Object.keys(params).filter((key) => !KNOWN_PARAMS.has(key))) {
      this.note(`${path}.${name}`, PARAM_HINTS[name] ?? 'There is no such setting of a target.');
    }
  }

  readSettings(section: string, settings: Fields): void {
    for (const [name, value] of Object.entries(settings)) {
      const path = `${section}.${name}`;
      if (name === 'num_retries' && Number.isInteger(value)) {
        this.#retries = Math.min(10, Math.max(0, Number(value)));
      } else if (name === 'fallbacks' && Array.isArray(value)) {
        this.#readFallbacks(value);
      } else if (name === 'model_group_alias') {
        this.#readAliases(path, fieldsOf(value) ?? {});
      } else {
        this.note(path, 'Has no counterpart here, or another name.');
      }
    }
  }

  #readFallbacks(list: readonly unknown[]): void {
    for (const entry of list) {
      for (const [from, to] of Object.entries(fieldsOf(entry) ?? {})) {
        const names = Array.isArray(to) ? to.map(textOf).filter((name) => name !== null) : [];
        this.#fallbacks.push({ from, to: names });
      }
    }
  }

  #readAliases(path: string, aliases: Fields): void {
    for (const [alias, value] of Object.entries(aliases)) {
      const of = textOf(value) ?? textOf(fieldsOf(value)?.['model']);
      const targets = of === null ? undefined : this.#routes.get(of);
      if (targets === undefined)
        this.note(`${path}.${alias}`, 'It stands for no model of the file.');
      else if (!this.#routes.has(alias)) this.#routes.set(alias, [...targets]);
    }
  }

  result(): ImportedConfig {
    const own = new Map([...this.#routes].map(([name, targets]) => [name, fromTierZero(targets)]));
    const routes = [...own].map(([name, targets]) => ({
      name,
      targets: this.#withFallbacks(name, targets, own),
    }));
    return {
      providers: [...this.#providers.values()],
      routes,
      retries: this.#retries,
      notes: this.#notes,
    };
  }

  #withFallbacks(
    name: string,
    targets: readonly ImportedTarget[],
    all: ReadonlyMap<string, readonly ImportedTarget[]>,
  ): readonly ImportedTarget[] {
    const joined = [...targets];
    for (const { to } of this.#fallbacks.filter(({ from }) => from === name)) {
      for (const fallback of to) this.#join(joined, { name, fallback, targets: all.get(fallback) });
    }
    return joined;
  }

  #join(
    joined: ImportedTarget[],
    of: { name: string; fallback: string; targets: readonly ImportedTarget[] | undefined },
  ): void {
    if (of.targets === undefined) {
      this.note(`fallbacks.${of.name}`, `There is no model ${of.fallback} in the file.`);
      return;
    }
    const tier = Math.max(-1, ...joined.map(({ priority }) => priority)) + 1;
    for (const target of of.targets) {
      const there = joined.some(
        (other) => other.providerKey === target.providerKey && other.model === target.model,
      );
      if (!there && joined.length < MAX_TARGETS)
        joined.push({ ...target, priority: Math.min(9, tier + target.priority) });
    }
  }
}

/** Why an entry's texts cannot be kept; null when they can. */
function unfitness(name: string, params: Fields): string | null {
  const { name: fitName } = NewModel.shape;
  if (!fitName.safeParse(name).success || name.startsWith('demo/')) {
    return 'The model_name has spaces, is too long or begins with demo/.';
  }
  if (!fitName.safeParse(textOf(params['model'])).success) {
    return 'The model has spaces or is too long.';
  }
  const { credential, apiVersion } = NewProvider.shape;
  if (!credential.safeParse(textOf(params['api_key'])).success) {
    return 'The api_key is no text that can travel in a header.';
  }
  return apiVersion.safeParse(textOf(params['api_version'])).success
    ? null
    : 'The api_version is too long.';
}

/** LiteLLM's orders are any numbers; tiers count from 0. */
function fromTierZero(targets: readonly ImportedTarget[]): ImportedTarget[] {
  const orders = [...new Set(targets.map(({ priority }) => priority))].sort((a, b) => a - b);
  return targets.map((target) => ({
    ...target,
    priority: Math.min(9, orders.indexOf(target.priority)),
  }));
}

function placeOf(params: Fields): Omit<ImportedTarget, 'providerKey' | 'model'> {
  const weight = numberOf(params['weight']) ?? 1;
  const concurrent = numberOf(params['max_parallel_requests']);
  return {
    weight: Math.min(1000, Math.max(0, weight)),
    priority: numberOf(params['order']) ?? 0,
    firstByteMs: toMs(numberOf(params['stream_timeout'])),
    totalMs: toMs(numberOf(params['timeout'])),
    maxConcurrent:
      concurrent === null ? null : Math.min(100_000, Math.max(1, Math.round(concurrent))),
  };
}

/** LiteLLM writes seconds. */
function toMs(seconds: number | null): number | null {
  return seconds === null || seconds <= 0
    ? null
    : Math.min(86_400_000, Math.max(1, Math.round(seconds * 1000)));
}

/** Where our base URL of a provider begins, from what LiteLLM's users write. */
function ownBase({ kind }: LitellmProvider, baseUrl: string): string {
  const trimmed = baseUrl.trim().replace(/\/+$/, '');
  if (kind === 'anthropic') return trimmed.replace(/\/v1(\/messages)?$/, '');
  if (kind === 'ollama') return trimmed.replace(/\/(v1|api)$/, '');
  if (kind === 'azure') return trimmed.replace(/\/openai(\/.*)?$/, '');
  if (kind === 'google') return trimmed.replace(/\/v1(beta)?$/, '');
  return trimmed.replace(/\/chat\/completions$/, '');
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
