import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { CacheQuestion } from './answer-cache.ts';
import type { CachePolicy } from './cache-directory.ts';
import { canonicalMembers, type Member, writeObject } from './canonical-json.ts';

/** What a body comes down to. */
interface BodyFacts {
  /** SHA-256 of the canonical body; empty where it has none. */
  readonly digest: string;
  /** The call may change something, or nobody can tell: every one has to be made. */
  readonly acts: boolean;
  /** Temperature 0, or an embedding. */
  readonly deterministic: boolean;
}

/** Larger bodies are never answered from a cache: bringing them into a form would hold everybody up. */
const MAX_FORM_BYTES = 4 * 1024 * 1024;
const MAX_REMEMBERED = 4096;

/**
 * Fields of the request that do not change the answer. All else is part of the question: also `stream_options`,
 * which decides about events of the stream, `service_tier` and `seed`.
 */
const WITHOUT_MEANING: Record<string, readonly string[]> = {
  openai: ['prompt_cache_key', 'prompt_cache_retention'],
  ollama: ['keep_alive'],
};
/** Fields that say who asks and why. They count when users do not share answers. */
const WHO_ASKS: Record<string, readonly string[]> = {
  openai: ['user', 'safety_identifier', 'metadata'],
  anthropic: ['metadata'],
};
/** Answers of this API repeat the fields above: shared, they would show one caller's names to another. */
const REPEATS_FIELDS = /\/responses$/;
const EMBEDS = /embed/i;
/** Gemini's clients may send their key in the query. */
const KEY_IN_PATH = /(?<=[?&])key=[^&]*/g;

/** Makes keys; remembers the form of bodies that come again byte by byte. */
export class QuestionKeys {
  readonly #remembered = new Map<string, BodyFacts>();

  /** SHA-256 of everything that makes a question another one, as base64url; null when it must not be answered twice. */
  keyOf(question: CacheQuestion, policy: CachePolicy): string | null {
    const facts = this.#factsOf(question, policy.perUser);
    if (facts.acts || (policy.onlyDeterministic && !facts.deterministic)) return null;
    const { projectId, dialect, stream, variant } = question;
    const path = question.path.replace(KEY_IN_PATH, '');
    const user = policy.perUser ? (question.userId ?? null) : null;
    const parts = [projectId, policy.epoch, dialect, path, stream, variant, user, facts.digest];
    return hash('sha256', JSON.stringify(parts), 'base64url');
  }

  #factsOf(question: CacheQuestion, perUser: boolean): BodyFacts {
    const path = question.path.split('?', 1)[0] ?? '';
    const repeats = REPEATS_FIELDS.test(path);
    const profile = `${question.dialect} ${repeats} ${perUser} ${EMBEDS.test(path)}`;
    const name = `${hash('sha256', question.body, 'base64url')} ${profile}`;
    const known = this.#remembered.get(name);
    if (known !== undefined) return known;
    const facts = readBody(question, { path, repeats, perUser });
    if (this.#remembered.size >= MAX_REMEMBERED) {
      const [oldest = ''] = this.#remembered.keys();
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(name, facts);
    return facts;
  }
}

function readBody(
  { body, dialect }: CacheQuestion,
  as: { readonly path: string; readonly repeats: boolean; readonly perUser: boolean },
): BodyFacts {
  const embeds = EMBEDS.test(as.path);
  const readable = body.length <= MAX_FORM_BYTES && isUtf8(body);
  const members = readable ? canonicalMembers(body.toString('latin1')) : null;
  if (members === null) {
    return { digest: '', acts: true, deterministic: embeds };
  }
  const ignored = new Set(as.repeats ? [] : ignoredFields(dialect, as.perUser));
  const kept = members.filter(([name]) => !ignored.has(name));
  return {
    digest: hash('sha256', writeObject(kept), 'base64url'),
    acts: changesSomething(members, as.path),
    deterministic: embeds || hasTemperatureZero(members),
  };
}

function ignoredFields(dialect: string, perUser: boolean): string[] {
  const fields = [
    ...(WITHOUT_MEANING[dialect] ?? []),
    ...(perUser ? [] : (WHO_ASKS[dialect] ?? [])),
  ];
  return fields.map((field) => `"${field}"`);
}

/** A chat that the provider is to keep, a response that runs in the background or joins a conversation. */
function changesSomething(members: readonly Member[], path: string): boolean {
  const value = (name: string): string | undefined =>
    members.find(([member]) => member === `"${name}"`)?.[1];
  if (REPEATS_FIELDS.test(path)) {
    return value('background') === 'true' || (value('conversation') ?? 'null') !== 'null';
  }
  return value('store') === 'true';
}

/** OpenAI and Anthropic say it at the top, Gemini in `generationConfig`, Ollama in `options`. */
function hasTemperatureZero(members: readonly Member[]): boolean {
  for (const [name, value] of members) {
    if (name === '"temperature"') return isZero(value);
    if (name !== '"generationConfig"' && name !== '"options"') continue;
    const inner = canonicalMembers(value)?.find(([member]) => member === '"temperature"');
    if (inner !== undefined) return isZero(inner[1]);
  }
  return false;
}

function isZero(number: string): boolean {
  return Number(number) === 0;
}
