import { NUMBER_FIELDS, TEXT_FIELDS } from '../contract/rules.ts';
import type { ItemScores, ScoreItem } from '../evaluation/scorer.ts';
import type { TextSpan } from '../evaluators/define-evaluator.ts';
import { languagesOf } from '../evaluators/text/language.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';

/** What a rule is asked about: an interaction, and what evaluators said of it. */
export interface RuleSubject {
  readonly item: ScoreItem;
  readonly said: ItemScores;
}

/** A field's texts; null when nothing is known. An empty list is known: there are none. */
export type ReadText = (subject: RuleSubject) => readonly string[] | null;
/** A field's number; null when it is not known. */
export type ReadNumber = (subject: RuleSubject) => number | null;

export interface Field {
  readonly text: ReadText | null;
  readonly number: ReadNumber | null;
  /** Which text of the subject it is, so that what is found can be shown in its place. */
  readonly span: TextSpan['field'] | null;
}

type TextField = (typeof TEXT_FIELDS)[number];
type NumberField = (typeof NUMBER_FIELDS)[number];

function one(value: string | null): readonly string[] | null {
  return value === null ? null : [value];
}

/** The language that most of a text is written in, as a code; null when it cannot be told. */
function mainLanguage(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const shares = languagesOf(createTextReader()(text));
  const [best] = [...shares].sort(([, a], [, b]) => b - a);
  return best === undefined ? null : [best[0]];
}

const TEXTS: Readonly<Record<TextField, ReadText>> = {
  answer: ({ item }) => [item.subject.answer],
  prompt: ({ item }) => one(item.subject.prompt),
  instructions: ({ item }) => one(item.subject.instructions),
  context: ({ item }) => item.subject.context,
  tool_results: ({ item }) => item.subject.toolResults,
  model: ({ item }) => one(item.facts.model),
  response_model: ({ item }) => one(item.facts.responseModel),
  provider: ({ item }) => one(item.facts.provider),
  route: ({ item }) => one(item.facts.route),
  user: ({ item }) => one(item.facts.userId),
  session: ({ item }) => one(item.facts.sessionId),
  tags: ({ item }) => item.facts.tags,
  prompt_name: ({ item }) => one(item.facts.promptName),
  prompt_version: ({ item }) => one(item.facts.promptVersion),
  language: ({ item }) => mainLanguage(item.subject.answer),
  prompt_language: ({ item }) => mainLanguage(item.subject.prompt),
  finish_reason: ({ item }) => one(item.subject.finishReason),
  status: ({ item }) => one(item.facts.status),
  operation: ({ item }) => one(item.subject.operation),
  origin: ({ item }) => one(item.facts.origin),
};

const MICRO = 1_000_000;

const NUMBERS: Readonly<Record<NumberField, ReadNumber>> = {
  latency_ms: ({ item }) => item.facts.latencyMs,
  first_token_ms: ({ item }) => item.facts.firstTokenMs,
  input_tokens: ({ item }) => item.facts.inputTokens,
  output_tokens: ({ item }) => item.facts.outputTokens,
  cost_usd: ({ item }) =>
    item.facts.costMicroUsd === null ? null : item.facts.costMicroUsd / MICRO,
  answer_characters: ({ item }) => item.subject.answerCharacters,
  prompt_characters: ({ item }) => item.subject.prompt?.length ?? null,
};

const SPANS: Readonly<Partial<Record<TextField, TextSpan['field']>>> = {
  answer: 'answer',
  prompt: 'prompt',
  context: 'context',
  tool_results: 'tool_result',
};

const METADATA = 'metadata.';
const SCORE = 'score.';

/** Whether a field is read from what evaluators say. */
export function isScoreField(name: string): boolean {
  return name.startsWith(SCORE);
}

/** The field of this name; null when there is none. */
export function fieldOf(name: string): Field | null {
  const text = TEXT_FIELDS.find((field) => field === name);
  if (text !== undefined) return { text: TEXTS[text], number: null, span: SPANS[text] ?? null };
  const number = NUMBER_FIELDS.find((field) => field === name);
  if (number !== undefined) return { text: null, number: NUMBERS[number], span: null };
  if (name.startsWith(METADATA) && name.length > METADATA.length) {
    return metadataField(name.slice(METADATA.length));
  }
  if (isScoreField(name) && name.length > SCORE.length) {
    return { text: null, number: scoreReader(name.slice(SCORE.length)), span: null };
  }
  return null;
}

function metadataField(key: string): Field {
  const read = ({ item }: RuleSubject): string | null =>
    Object.hasOwn(item.facts.metadata, key) ? (item.facts.metadata[key] ?? null) : null;
  return {
    text: (subject) => one(read(subject)),
    number: (subject): number | null => {
      const text = read(subject);
      const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : null;
    },
    span: null,
  };
}

function scoreReader(name: string): ReadNumber {
  return ({ said }) => {
    for (const { drafts } of said) {
      const draft = drafts.find((one) => one.name === name);
      if (draft !== undefined) return draft.value;
    }
    return null;
  };
}
