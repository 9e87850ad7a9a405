import type { Subject } from '../../src/evaluators/define-evaluator.ts';
import type { Row } from '../../train/read-sets.ts';

export type TaskId =
  | 'toxicity'
  | 'injection'
  | 'indirect'
  | 'pii'
  | 'grounding'
  | 'refusal'
  | 'relevance';

/** Something to be found in texts, and where the labelled texts are. */
export interface Task {
  readonly id: TaskId;
  readonly title: string;
  /** Folder of the data. */
  readonly folder: string;
  /** Scores of ours that answer it. */
  readonly scores: readonly string[];
  /** What a positive is, for people. */
  readonly positive: string;
  holds(set: string): boolean;
  subjectOf(row: Row): Subject;
  isPositive(row: Row): boolean;
}

const EMPTY: Subject = {
  operation: 'chat',
  prompt: null,
  instructions: null,
  answer: '',
  answerCharacters: 0,
  finishReason: 'stop',
  callsTools: false,
  requestedFormat: null,
  context: [],
  toolResults: [],
};

/** A subject of which the rest is empty. */
export function subject(parts: Partial<Subject>): Subject {
  return { ...EMPTY, ...parts, answerCharacters: parts.answer?.length ?? 0 };
}

const isOne = (row: Row): boolean => Number(row.label) === 1;
const textOf = (row: Row): string => row.text ?? row.response ?? '';

/** Context as passages, however a set keeps it. */
export function passagesOf(context: unknown): string[] {
  if (typeof context === 'string') return context === '' ? [] : [context];
  if (!Array.isArray(context)) return [];
  return context.flatMap((part) => (typeof part === 'string' ? [part] : []));
}

/** Passages of an indirect injection stand in `context`, or in `text` beside the user's question. */
function indirectPassages(row: Row): string[] {
  const passages = passagesOf(row.context);
  return passages.length > 0 ? passages : [textOf(row)];
}

const UNFORMED = new Set([
  'PERSON',
  'NAME',
  'ORGANIZATION',
  'ORG',
  'GPE',
  'LOCATION',
  'LOC',
  'NRP',
  'AGE',
  'TITLE',
  'DATE_TIME',
  'DATE',
  'TIME',
  'STREET_ADDRESS',
  'ADDRESS',
  'ZIP_CODE',
  'DOMAIN_NAME',
  'URL',
]);

export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  /** It has a form that patterns can know; names and places have none. */
  readonly hasForm: boolean;
}

/** The labelled places of a row of personal data, whether it gives places or values. */
export function labelledSpans(row: Row): LabelledSpan[] {
  const text = textOf(row);
  const spans = list(row['spans']).map((span) => ({
    start: Number(span['start']),
    end: Number(span['end']),
    type: String(span['type']),
  }));
  const entities = list(row['entities']).flatMap((entity) => {
    const value = String(entity['text']);
    const start = text.indexOf(value);
    return start < 0 ? [] : [{ start, end: start + value.length, type: String(entity['type']) }];
  });
  return [...spans, ...entities].map((span) => ({ ...span, hasForm: !UNFORMED.has(span.type) }));
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

export const TASKS: readonly Task[] = [
  {
    id: 'toxicity',
    title: 'Toxicity',
    folder: 'toxicity',
    scores: ['toxicity'],
    positive: 'hateful, insulting or threatening',
    holds: () => true,
    subjectOf: (row) => subject({ answer: textOf(row) }),
    isPositive: isOne,
  },
  {
    id: 'injection',
    title: 'Prompt injection and jailbreak, in the user’s prompt',
    folder: 'injection',
    scores: ['prompt_injection'],
    positive: 'an attack',
    holds: (set) => !isIndirect(set),
    subjectOf: (row) =>
      subject({ prompt: textOf(row), instructions: passagesOf(row.context)[0] ?? null }),
    isPositive: isOne,
  },
  {
    id: 'indirect',
    title: 'Indirect injection, in context passages',
    folder: 'injection',
    scores: ['indirect_injection'],
    positive: 'an attack inside a passage',
    holds: isIndirect,
    subjectOf: (row) =>
      subject({ prompt: row.prompt ?? null, context: indirectPassages(row), answer: 'Done.' }),
    isPositive: isOne,
  },
  {
    id: 'pii',
    title: 'Personal data and secrets',
    folder: 'pii',
    scores: ['pii', 'secrets'],
    positive: 'holds at least one value with a form (not only names, places, dates)',
    holds: () => true,
    subjectOf: (row) => subject({ answer: textOf(row) }),
    isPositive: (row) => labelledSpans(row).some(({ hasForm }) => hasForm),
  },
  {
    id: 'grounding',
    title: 'Grounding of an answer in its context',
    folder: 'faithfulness',
    scores: ['grounding'],
    positive: 'says something that the passages do not support',
    holds: () => true,
    subjectOf: (row) =>
      subject({
        prompt: row.prompt ?? null,
        answer: row.response ?? '',
        context: passagesOf(row.context),
      }),
    isPositive: isOne,
  },
  {
    id: 'refusal',
    title: 'Refusal',
    folder: 'refusal',
    scores: ['refusal'],
    positive: 'declines to answer',
    holds: () => true,
    subjectOf: (row) => subject({ prompt: row.prompt ?? null, answer: textOf(row) }),
    isPositive: isOne,
  },
  {
    id: 'relevance',
    title: 'Relevance of an answer to its prompt',
    folder: 'relevance',
    scores: ['relevance'],
    positive: 'answers another question',
    holds: () => true,
    subjectOf: (row) => subject({ prompt: row.prompt ?? null, answer: textOf(row) }),
    // The data label what matches; the detector looks for what does not.
    isPositive: (row) => !isOne(row),
  },
];

function isIndirect(set: string): boolean {
  return /indirect|bipia/i.test(set);
}

/** Where ordinary answers of models are; what is said about them is a false alarm. */
export const BENIGN_FOLDER = 'benign_responses';

/** How an ordinary answer is shown to a detector: as what that detector reads. */
export function benignSubject(task: TaskId, row: Row): Subject {
  const answer = textOf(row);
  if (task === 'injection') return subject({ prompt: answer });
  if (task === 'indirect')
    return subject({ prompt: row.prompt ?? null, context: [answer], answer: 'Done.' });
  return subject({ prompt: task === 'pii' ? null : (row.prompt ?? null), answer });
}

/** Folders that no detector of ours answers for, and why. */
export const WITHOUT_VERDICT: Readonly<Record<string, string>> = {
  bias: 'No local verdict: trained on one set such models are at chance on another (AUC 0.43 to 0.52 left out). Cues are shown as advice; a judge with swapped groups decides.',
  bias_qa: 'A test of models (which answer they choose), not of texts.',
  hallucination_nocontext:
    'No local verdict: without passages nothing in the text tells a false fact from a true one.',
  harmful_request:
    'No local verdict: what learns these sets flags most harmless questions that sound alike. A judge decides.',
  quality_pairs:
    'Measured with judges (npm run bench:judge): surface features choose the better answer less often than a coin.',
  quality_scores: 'Measured with judges (npm run bench:judge).',
};

/** Detectors that no labelled set is about, and why they are there all the same. */
export const WITHOUT_SETS: Readonly<Record<string, string>> = {
  'bias-cues': 'Advice with an explanation, never a verdict; see the bias sets above.',
  coherence:
    'Loops, gibberish, contradictions in so many words: no public set of them is known to us. Tested on sentences of our own.',
  confidence_language: 'A measure of style, not of truth; nothing to be right or wrong about.',
  semantic_similarity:
    'A similarity, by an embedding model of yours or by words; what it means is for you to say.',
};
