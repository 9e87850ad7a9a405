import { z } from 'zod';
import { lenientObjects } from './lenient-json.ts';

/** What a reply has to hold to be one. */
export interface VerdictForm {
  /** The word of the call: a verdict without it was not written for this call. */
  readonly word: string;
  /** Criteria by name. */
  readonly names: readonly string[];
  /** What a verdict may be. */
  readonly levels: readonly number[];
}

export interface Verdict {
  readonly evidence: readonly string[];
  readonly reasoning: string;
  /** A level for each criterion. */
  readonly levels: ReadonlyMap<string, number>;
}

export type ReadVerdict =
  | { readonly read: true; readonly verdict: Verdict; readonly asAsked: boolean }
  | { readonly read: false; readonly problem: string };

const MAX_EVIDENCE = 10;
const MAX_QUOTE = 500;
const MAX_REASONING = 2_000;

/**
 * The verdict in a reply. First the reply as it was asked for; then whatever object can be found in it that has the
 * word of the call and one level of the scale for every criterion. Two such objects that disagree are no verdict, and
 * a level that is not on the scale is none either: nothing is rounded, and nothing is made up.
 */
export function readVerdict(reply: string, form: VerdictForm): ReadVerdict {
  const strict = readStrictly(reply, form);
  if (strict !== null) return { read: true, verdict: strict, asAsked: true };
  return readLeniently(reply, form);
}

function readStrictly(reply: string, { word, names, levels }: VerdictForm): Verdict | null {
  const level = z.number().refine((value) => levels.includes(value));
  const schema = z.strictObject({
    call: z.literal(word),
    evidence: z.array(z.string()),
    reasoning: z.string(),
    verdicts: z.strictObject(Object.fromEntries(names.map((name) => [name, level]))),
  });
  const parsed = schema.safeParse(jsonOrNull(reply));
  if (!parsed.success) return null;
  const { evidence, reasoning, verdicts } = parsed.data;
  const read = new Map(names.map((name) => [name, Number(verdicts[name])]));
  return bounded({ evidence, reasoning, levels: read });
}

function bounded({ evidence, reasoning, levels }: Verdict): Verdict {
  return {
    evidence: evidence.slice(0, MAX_EVIDENCE).map((quote) => quote.slice(0, MAX_QUOTE)),
    reasoning: reasoning.slice(0, MAX_REASONING),
    levels,
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Json = Readonly<Record<string, unknown>>;

function readLeniently(reply: string, form: VerdictForm): ReadVerdict {
  // What a model thought on its way is not what it says.
  const said = reply.replaceAll(/<(think|thinking|reasoning)>[\s\S]*?(?:<\/\1>|$)/gi, ' ');
  if (said.trim() === '') return { read: false, problem: 'it is empty' };
  const objects = lenientObjects(said).flatMap((object) => withInner(object, 0));
  if (objects.length === 0) return { read: false, problem: 'it holds no JSON object' };
  const own = objects.filter((object) => textOf(field(object, ['call'])) === form.word);
  if (own.length === 0) {
    return { read: false, problem: `no object in it has "call": "${form.word}"` };
  }
  const verdicts = own.flatMap((object) => verdictOf(object, form) ?? []);
  const [first] = verdicts;
  if (first === undefined) {
    const wanted = `${form.names.join(', ')} with one of ${form.levels.join(', ')} each`;
    return { read: false, problem: `its verdicts are not ${wanted}` };
  }
  if (verdicts.some((other) => differ(first, other))) {
    return { read: false, problem: 'it holds two different verdicts' };
  }
  return { read: true, verdict: bounded(first), asAsked: false };
}

/** An object and those within it: some models wrap what they were asked for. */
function withInner(object: Json, depth: number): Json[] {
  if (depth >= 2) return [object];
  const inner = Object.values(object)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isObject);
  return [object, ...inner.flatMap((value) => withInner(value, depth + 1))];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field under one of the names, whatever their case. */
function field(object: Json, names: readonly string[]): unknown {
  const entry = Object.entries(object).find(([name]) =>
    names.includes(
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    ),
  );
  return entry?.[1];
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

const HOLDERS = ['verdicts', 'verdict', 'scores', 'score', 'ratings', 'rating', 'result'];

function verdictOf(object: Json, form: VerdictForm): Verdict | null {
  const holder = field(object, HOLDERS);
  const levels = new Map<string, number>();
  for (const name of form.names) {
    const within = isObject(holder) ? field(holder, [name]) : undefined;
    const alone = form.names.length === 1 && !isObject(holder) ? holder : undefined;
    const level = levelOf(within ?? field(object, [name]) ?? alone, form.levels);
    if (level === null) return null;
    levels.set(name, level);
  }
  const evidence = field(object, ['evidence', 'quotes']);
  return {
    evidence: (Array.isArray(evidence) ? evidence : [evidence]).map(textOf).filter(isFilled),
    reasoning: textOf(field(object, ['reasoning', 'reason', 'explanation', 'comments', 'comment'])),
    levels,
  };
}

function isFilled(text: string): boolean {
  return text !== '';
}

const TRUTH: Readonly<Record<string, number>> = {
  pass: 1,
  yes: 1,
  true: 1,
  fail: 0,
  no: 0,
  false: 0,
};
/** `4`, `4.0`, `"4"`, `4/5`, `4 out of 5`, `4 - mostly right`, `**4**`. */
const LEVEL_TEXT =
  /^\W*([+-]?\d+(?:\.\d+)?)(?:\s*(?:\/|out of)\s*(\d+))?\W*(?:$|[\s:–—-]+[^\d].*$)/is;

function levelOf(value: unknown, levels: readonly number[]): number | null {
  if (isObject(value)) return levelOf(field(value, ['score', 'verdict', 'value', 'level']), levels);
  const number = typeof value === 'string' ? numberIn(value, levels) : asNumber(value, levels);
  return number !== null && levels.includes(number) ? number : null;
}

function asNumber(value: unknown, levels: readonly number[]): number | null {
  if (typeof value === 'boolean') return levels.length === 2 ? Number(value) : null;
  return typeof value === 'number' ? value : null;
}

function numberIn(text: string, levels: readonly number[]): number | null {
  const word = text.trim().toLowerCase();
  if (levels.length === 2 && Object.hasOwn(TRUTH, word)) return TRUTH[word] ?? null;
  const [, number, outOf] = LEVEL_TEXT.exec(text) ?? [];
  const ofThisScale = outOf === undefined || Number(outOf) === levels.at(-1);
  return number !== undefined && ofThisScale ? Number(number) : null;
}

function differ(one: Verdict, other: Verdict): boolean {
  return [...one.levels].some(([name, level]) => other.levels.get(name) !== level);
}
