/** What the demo judge makes of the question that a judge of this program is asked. */
export interface JudgeQuestion {
  /** To be repeated in the verdict. */
  readonly word: string;
  readonly criteria: readonly { readonly name: string; readonly levels: readonly number[] }[];
  readonly prompt: string;
  readonly context: readonly string[];
  readonly reference: string | null;
  /** One answer, or two to compare. */
  readonly answers: readonly string[];
}

const CALL = /"call": "([0-9a-f]+)"/;
const CRITERION = /^Criterion "([a-z0-9_]+)":.*((?:\n {2}\d = .*)*)/gm;
const FENCED = /<<<([A-Z0-9 ]+) ([0-9a-f]{6,})\n([\s\S]*?)\n>>>\1 \2/g;

/** Reads the question from the texts of a call; null when it is no such question. */
export function readJudgeQuestion(texts: readonly string[]): JudgeQuestion | null {
  const all = texts.join('\n');
  const word = CALL.exec(all)?.[1];
  if (word === undefined) return null;
  const sections = new Map<string, string>();
  const context: string[] = [];
  // Examples stand before what is to be judged: the last of a name counts.
  for (const [, name = '', , text = ''] of all.matchAll(FENCED)) {
    if (name.startsWith('CONTEXT')) context.push(text);
    else sections.set(name, text);
  }
  const answers = ['ANSWER', 'ANSWER 1', 'ANSWER 2'].flatMap((name) => sections.get(name) ?? []);
  const criteria = [...all.matchAll(CRITERION)].map(([, name = '', levels = '']) => ({
    name,
    levels: [...levels.matchAll(/^ {2}(\d) = /gm)].map(([, level]) => Number(level)),
  }));
  if (answers.length === 0 || criteria.length === 0) return null;
  return {
    word,
    criteria,
    prompt: sections.get('PROMPT') ?? '',
    context,
    reference: sections.get('REFERENCE ANSWER') ?? null,
    answers,
  };
}
