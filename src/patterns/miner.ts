import { isContent, keyOf, similarityOf, slotKeyOf, symbolOf } from './template.ts';
import { MAX_TOKENS, maskedText, readTokens, type Token } from './tokens.ts';

/** One form of a prompt. Several forms make one pattern, known by the id of its root. */
export interface Template {
  readonly id: string;
  readonly tokens: readonly Token[];
  readonly firstSeenMs: number;
  /** The root of its pattern; its own id for a root. */
  patternId: string;
  /** Prompts of this form, lately. */
  n: number;
  lastSeenMs: number;
}

export interface MinerOptions {
  /** The same key gives the same id, so that a form that was given up and comes back is itself again. */
  readonly idOf: (key: string) => string;
  /** Forms kept; the rarest and oldest beyond them are given up. */
  readonly maxTemplates?: number;
}

/** Groups prompts by their form. Not more than a quarter above `maxTemplates` forms are ever held. */
export interface Miner {
  /** The id of the prompt's form; null for a prompt without words. */
  take(prompt: string, atMs: number): string | null;
  /** Forms in the order in which they came, and how they belong together. */
  templates(): readonly Template[];
  has(id: string): boolean;
}

export const MAX_TEMPLATES = 1000;
const SLACK = 1.25;
/** So many rare forms that differ in one place only make it a parameter. */
const SLOT_VALUES = 8;
/** A form with so many prompts stands for itself: its own figures say something. */
const FREQUENT = 20;
/** Where the rest of the sentence says too little, a place stays as it is: "… order" is no question. */
const SLOT_MIN_CONTENT = 2;
const NEAR_SAME = 0.86;
const CANDIDATES = 12;
const MOST_MET = 4000;
/** A form that was not seen for so long counts half when forms are given up. */
const HALF_LIFE_MS = 7 * 86_400_000;

/**
 * Mines templates from prompts. After Drain (He, Zhu, Zheng, Lyu 2017, IEEE ICWS, §III): what is a parameter by its
 * form is masked first, forms are compared within one length, and a place that takes many values becomes a parameter.
 * Prompts are no log lines, so one difference is no proof: it takes eight rare forms that differ in this place alone,
 * and frequent forms stand for themselves. Forms that differ in words without a meaning of their own are one pattern
 * (nearest neighbour by weighted longest common subsequence, compared with roots alone, so that groups do not drift).
 */
export function createMiner(options: MinerOptions, known: readonly Template[] = []): Miner {
  const miner = new PromptMiner(options);
  for (const template of known) miner.add({ ...template });
  return miner;
}

class PromptMiner implements Miner {
  readonly #options: MinerOptions;
  readonly #max: number;
  readonly #byId = new Map<string, Template>();
  readonly #idByKey = new Map<string, string>();
  /** Forms by key with one place open. */
  readonly #slots = new Map<string, Set<string>>();
  /** Forms by texts of theirs. */
  readonly #met = new Map<string, string>();
  /** Roots by the words they hold. */
  readonly #rootsByWord = new Map<string, Set<string>>();

  constructor(options: MinerOptions) {
    this.#options = options;
    this.#max = options.maxTemplates ?? MAX_TEMPLATES;
  }

  templates(): readonly Template[] {
    return [...this.#byId.values()];
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  take(prompt: string, atMs: number): string | null {
    const template = this.#find(prompt, atMs);
    if (template === null) return null;
    template.n += 1;
    template.lastSeenMs = Math.max(template.lastSeenMs, atMs);
    if (this.#byId.size > this.#max * SLACK) this.#giveUp(atMs, template.id);
    return template.id;
  }

  add(template: Template): void {
    const { id, tokens } = template;
    this.#byId.set(id, template);
    this.#idByKey.set(keyOf(tokens), id);
    for (const key of slotsOf(tokens)) entry(this.#slots, key).add(id);
    if (template.patternId === id) this.#addRoot(template);
  }

  /** Reading words costs most, and most prompts are of a form that was met before. */
  #find(prompt: string, atMs: number): Template | null {
    const masked = maskedText(prompt);
    const met = this.#byId.get(this.#met.get(masked) ?? '');
    if (met !== undefined) return met;
    const tokens = readTokens(prompt);
    if (!tokens.some(({ word }) => word !== null)) return null;
    const known = this.#known(tokens);
    if (known === null) return this.#start(tokens, atMs);
    if (this.#met.size >= MOST_MET) this.#met.clear();
    this.#met.set(masked, known.id);
    return known;
  }

  #known(tokens: readonly Token[]): Template | null {
    const exact = this.#idByKey.get(keyOf(tokens));
    if (exact !== undefined) return this.#byId.get(exact) ?? null;
    for (const open of openedOf(tokens)) {
      const id = this.#idByKey.get(keyOf(open));
      if (id !== undefined) return this.#byId.get(id) ?? null;
    }
    return null;
  }

  #start(tokens: readonly Token[], atMs: number): Template {
    const template = this.#make(tokens, atMs);
    const opened = this.#openSlot(template, atMs);
    if (opened !== null) return opened;
    const near = this.#nearest(template);
    if (near !== null) this.#join(template, near.patternId);
    return template;
  }

  #make(tokens: readonly Token[], atMs: number): Template {
    const id = this.#options.idOf(keyOf(tokens));
    const template = { id, tokens, firstSeenMs: atMs, patternId: id, n: 0, lastSeenMs: atMs };
    this.add(template);
    return template;
  }

  /** Makes a place a parameter once enough rare forms differ in it alone; the forms become part of the new pattern. */
  #openSlot(template: Template, atMs: number): Template | null {
    for (const open of openedOf(template.tokens)) {
      const place = open.findIndex((token, at) => token !== template.tokens[at]);
      const key = slotKeyOf(template.tokens.map(symbolOf), place);
      const rare = [...(this.#slots.get(key) ?? [])].flatMap((id) => {
        const member = this.#byId.get(id);
        return member !== undefined && member.n < FREQUENT ? [member] : [];
      });
      if (rare.length < SLOT_VALUES) continue;
      const general = this.#make(open, atMs);
      for (const member of rare) this.#join(member, general.id);
      return general;
    }
    return null;
  }

  #nearest(template: Template): Template | null {
    const shared = new Map<string, number>();
    for (const word of wordsOf(template.tokens)) {
      for (const id of this.#rootsByWord.get(word) ?? []) {
        if (id !== template.id) shared.set(id, (shared.get(id) ?? 0) + 1);
      }
    }
    const candidates = [...shared].toSorted((a, b) => b[1] - a[1]).slice(0, CANDIDATES);
    let best: Template | null = null;
    let most = NEAR_SAME;
    for (const [id] of candidates) {
      const root = this.#byId.get(id);
      if (root === undefined) continue;
      const similarity = similarityOf(root.tokens, template.tokens);
      if (similarity < most || (similarity === most && best !== null)) continue;
      best = root;
      most = similarity;
    }
    return best;
  }

  /** Makes the template, and whatever belonged to its pattern, part of another. */
  #join(template: Template, patternId: string): void {
    const before = template.patternId;
    if (before === template.id) this.#dropRoot(template);
    template.patternId = patternId;
    if (before !== template.id) return;
    for (const other of this.#byId.values()) {
      if (other.patternId === before) other.patternId = patternId;
    }
  }

  #addRoot({ id, tokens }: Template): void {
    for (const word of wordsOf(tokens)) entry(this.#rootsByWord, word).add(id);
  }

  #dropRoot({ id, tokens }: Template): void {
    for (const word of wordsOf(tokens)) this.#rootsByWord.get(word)?.delete(id);
  }

  /** Gives up the rarest and oldest forms; roots of others and the one in hand stay. */
  #giveUp(nowMs: number, inHand: string): void {
    const roots = new Set<string>([inHand]);
    for (const { id, patternId } of this.#byId.values()) if (id !== patternId) roots.add(patternId);
    const worth = ({ n, lastSeenMs }: Template): number =>
      n * 0.5 ** (Math.max(0, nowMs - lastSeenMs) / HALF_LIFE_MS);
    const leaving = this.templates()
      .filter(({ id }) => !roots.has(id))
      .toSorted((a, b) => worth(a) - worth(b))
      .slice(0, this.#byId.size - this.#max);
    for (const template of leaving) this.#remove(template);
  }

  #remove(template: Template): void {
    const { id, tokens } = template;
    this.#byId.delete(id);
    this.#idByKey.delete(keyOf(tokens));
    for (const key of slotsOf(tokens)) {
      const members = this.#slots.get(key);
      members?.delete(id);
      if (members?.size === 0) this.#slots.delete(key);
    }
    this.#dropRoot(template);
  }
}

function entry<Key>(map: Map<Key, Set<string>>, key: Key): Set<string> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = new Set<string>();
  map.set(key, fresh);
  return fresh;
}

function wordsOf(tokens: readonly Token[]): Set<string> {
  return new Set(tokens.flatMap((token) => (isContent(token) ? [token.word ?? ''] : [])));
}

/** The places that may become parameters: words with a meaning, when the rest says enough without them. */
function openPlaces(tokens: readonly Token[]): number[] {
  if (tokens.length > MAX_TOKENS) return [];
  const places = tokens.flatMap((token, at) => (isContent(token) ? [at] : []));
  return places.length > SLOT_MIN_CONTENT ? places : [];
}

function slotsOf(tokens: readonly Token[]): string[] {
  const symbols = tokens.map(symbolOf);
  return openPlaces(tokens).map((place) => slotKeyOf(symbols, place));
}

/** The tokens with each of these places made a parameter. */
function openedOf(tokens: readonly Token[]): Token[][] {
  return openPlaces(tokens).map((place) =>
    tokens.map((token, at) =>
      at === place
        ? {
            ...token,
            word: null,
            parameter: 'text',
            shown: token.shown.replace(/^[\p{L}\p{N}'’_-]+/u, ''),
          }
        : token,
    ),
  );
}
