import type { Subject } from '../../src/evaluators/define-evaluator.ts';
import { LOCAL_EVALUATORS } from '../../src/evaluators/index.ts';
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
  const asked = LOCAL_EVALUATORS.map((evaluator) => ({
    evaluator,
    options: evaluator.options.parse({}),
  }));
  const detectors = asked.filter(({ evaluator }) => evaluator.kind === 'detector');
  const rules = asked.filter(({ evaluator }) => evaluator.kind === 'rule');
  // As the program does it: one reader for a subject, whoever asks.
  const together = (name: string, all: typeof asked): Speed =>
    time(name, (one) => {
      const tools = { read: createTextReader() };
      return all.map(({ evaluator, options }) => evaluator.evaluate(one, options, tools));
    });
  const rulesAlone = together('rules alone', rules);
  const everything = together('rules and detectors together', asked);
  return [
    time('JSON.stringify and JSON.parse of the same texts', (one) =>
      texts(one).map((text) => JSON.parse(JSON.stringify(text))),
    ),
    time('one regular expression over them', (one) =>
      texts(one).map((text) => text.match(/[a-z]+\d/gi)),
    ),
    rulesAlone,
    ...detectors.map((one) => together(one.evaluator.id, [one])),
    together('all detectors, without the rules', detectors),
    everything,
    {
      name: ALL_DETECTORS,
      chat: difference(everything.chat, rulesAlone.chat),
      rag: difference(everything.rag, rulesAlone.rag),
    },
  ];
}

/** What the detectors add to the rules, which run anyway and leave them much that they worked out. */
export const ALL_DETECTORS = 'all detectors, beside the rules';

function difference(whole: number | null, part: number | null): number | null {
  return whole === null || part === null ? null : whole - part;
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
