import type { Subject } from '../../src/evaluators/define-evaluator.ts';
import { EVALUATORS } from '../../src/evaluators/index.ts';
import { createTextReader } from '../../src/evaluators/text/text-facts.ts';
import { readManifest, readSet } from '../../train/read-sets.ts';
import { BENIGN_FOLDER, passagesOf, subject } from './tasks.ts';

/** Microseconds of CPU for each KB of UTF-8 that the evaluators are given. */
export interface Speed {
  readonly name: string;
  readonly chat: number | null;
  readonly rag: number | null;
}

const MOST_ROWS = 300;
const ROUNDS = 5;

/** Every detector alone and all together, on chats (prompt and answer) and with passages; the quickest of five rounds. */
export function measureSpeed(data: string, say: (line: string) => void): Speed[] {
  const chats = sample(data, BENIGN_FOLDER, (row) =>
    subject({ prompt: row.prompt ?? null, answer: row.response ?? row.text ?? '' }),
  );
  const grounded = sample(data, 'faithfulness', (row) =>
    subject({
      prompt: row.prompt ?? null,
      answer: row.response ?? '',
      context: passagesOf(row.context),
    }),
  );
  const time = (name: string, run: (one: Subject) => unknown): Speed => {
    say(name);
    return { name, chat: microseconds(chats, run), rag: microseconds(grounded, run) };
  };
  const texts = (one: Subject): string[] => [one.prompt ?? '', one.answer, ...one.context];
  const detectors = EVALUATORS.filter(({ kind }) => kind === 'detector').map((evaluator) => ({
    evaluator,
    options: evaluator.options.parse({}),
  }));
  return [
    time('JSON.stringify and JSON.parse of the same texts', (one) =>
      texts(one).map((text) => JSON.parse(JSON.stringify(text))),
    ),
    time('one regular expression over them', (one) =>
      texts(one).map((text) => text.match(/[a-z]+\d/gi)),
    ),
    ...detectors.map(({ evaluator, options }) =>
      time(evaluator.id, (one) => evaluator.evaluate(one, options, { read: createTextReader() })),
    ),
    time('all detectors together', (one) => {
      const tools = { read: createTextReader() };
      return detectors.map(({ evaluator, options }) => evaluator.evaluate(one, options, tools));
    }),
  ];
}

function sample(
  data: string,
  folder: string,
  toSubject: (row: ReturnType<typeof readSet>[number]) => Subject,
): Subject[] {
  const sets = readManifest(data).filter(({ detector }) => detector === folder);
  const each = Math.ceil(MOST_ROWS / Math.max(1, sets.length));
  return sets.flatMap((entry) => readSet(data, entry, 'test').slice(0, each).map(toSubject));
}

function microseconds(subjects: readonly Subject[], run: (one: Subject) => unknown): number | null {
  const bytes = subjects.reduce(
    (sum, { prompt, answer, context }) =>
      sum +
      [prompt ?? '', answer, ...context].reduce((all, text) => all + Buffer.byteLength(text), 0),
    0,
  );
  if (bytes === 0) return null;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (const one of subjects) run(one);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / (bytes / 1024));
  }
  return best;
}
