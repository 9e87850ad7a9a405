/**
 * Measures whether the answer has the form that was asked for: JSON, JSON that fits a schema, or a pattern.
 * Method: the form comes from the options, from the request (`response_format`, `text.format`) or from a prompt
 * that asks for JSON and nothing else; JSON is parsed, schemas are checked by ajv, patterns by RE2 in linear time.
 * Blind spots: form, not content; other forms (XML, CSV, tables) are not known; answers over 250,000 characters are not judged.
 * Source: JSON Schema draft 7 and 2020-12; RE2 (Cox 2010, "Regular Expression Matching in the Wild").
 */
import { RE2JS } from 're2js';
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  passed,
  type RequestedFormat,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { schemaFault } from './text/json-schema.ts';

const FormatOptions = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('as_requested') }),
  z.strictObject({ format: z.literal('json') }),
  z.strictObject({
    format: z.literal('json_schema'),
    schema: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({
    format: z.literal('regex'),
    pattern: z.string().min(1).max(1000).refine(compiles, { error: 'not an RE2 pattern' }),
    whole: z.boolean().default(true).describe('The pattern must match the whole answer.'),
  }),
]);
type FormatOptions = z.output<typeof FormatOptions>;

const MAX_CHARACTERS = 250_000;
/** Unique-item checks compare all pairs; above this size a schema with one is not tried. */
const MAX_PAIRWISE_CHARACTERS = 50_000;
const BAD_FORM = 0.25;
const FENCED_FORM = 0.75;
const WHOLE_FENCE = /^```(?:json|JSON)?\s*\n([\s\S]*)\n\s*```$/;
const ASKS_FOR_JSON =
  /\b(?:only|just|valid|raw|strictly)\b[^.\n]{0,40}\bjson\b|\bjson\b[^.\n]{0,20}\b(?:only|and nothing else)\b|json(?:으로|만|のみ|だけ|形式で)|(?:只|仅)[^。\n]{0,12}json/u;

/** Checks the form of the answer; does not apply when no form was asked for. */
export const format = defineEvaluator({
  id: 'format',
  version: 'v1',
  title: 'Format',
  description: 'JSON, JSON Schema or a pattern, as configured or as the request asks.',
  kind: 'rule',
  options: FormatOptions.default({ format: 'as_requested' }),
  needs: ['answer'],
  evaluate(subject, options, tools): readonly ScoreDraft[] {
    const cut = subject.answerCharacters > subject.answer.length;
    if (subject.callsTools || cut || subject.answer.length > MAX_CHARACTERS) return [];
    if (subject.answer.trim() === '') return [];
    const draft = judge(subject, options, tools);
    return draft === null ? [] : [draft];
  },
});

function compiles(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

function judge(subject: Subject, options: FormatOptions, tools: EvaluatorTools): ScoreDraft | null {
  switch (options.format) {
    case 'regex':
      return byPattern(subject.answer.trim(), options);
    case 'json':
      return byJson(subject.answer, { kind: 'json' }, FENCED_FORM);
    case 'json_schema':
      return byJson(subject.answer, { kind: 'json_schema', schema: options.schema }, FENCED_FORM);
    case 'as_requested':
      return byRequest(subject, tools);
  }
}

function byRequest(subject: Subject, tools: EvaluatorTools): ScoreDraft | null {
  if (subject.requestedFormat !== null) {
    return byJson(subject.answer, subject.requestedFormat, FENCED_FORM);
  }
  if (subject.prompt === null) return null;
  const { lower } = tools.read(subject.prompt);
  if (!ASKS_FOR_JSON.test(lower)) return null;
  // A prompt in words is weaker evidence than a parameter: a fence around JSON is what people expect in chats.
  return byJson(subject.answer, { kind: 'json' }, 1);
}

function byPattern(
  answer: string,
  { pattern, whole }: { readonly pattern: string; readonly whole: boolean },
): ScoreDraft {
  const matcher = RE2JS.compile(pattern).matcher(answer);
  if (whole ? matcher.matches() : matcher.find()) return passed('format');
  const reason = 'The answer does not match the pattern.';
  return found('format', { value: BAD_FORM, label: 'format', reason });
}

/** `fenced` is the value of right JSON inside a Markdown fence: a program would stumble over it. */
function byJson(answer: string, asked: RequestedFormat, fenced: number): ScoreDraft | null {
  const text = answer.trim();
  const plain = parse(text);
  const inFence = plain === null ? parse(WHOLE_FENCE.exec(text)?.[1] ?? '') : null;
  const parsed = plain ?? inFence;
  if (parsed === null) {
    return found('format', {
      value: BAD_FORM,
      label: 'format',
      reason: 'JSON was asked for; the answer is not valid JSON.',
    });
  }
  if (asked.kind === 'json_schema') {
    const draft = bySchema(text, parsed.value, asked.schema);
    if (draft === null || draft.label !== 'ok') return draft;
  }
  if (plain !== null || fenced === 1) return passed('format');
  const reason = 'The JSON is wrapped in a Markdown fence, which programs cannot parse.';
  return found('format', { value: fenced, label: 'format', reason });
}

function bySchema(
  text: string,
  value: unknown,
  schema: Readonly<Record<string, unknown>>,
): ScoreDraft | null {
  const pairwise = text.length > MAX_PAIRWISE_CHARACTERS;
  if (pairwise && JSON.stringify(schema).includes('"uniqueItems"')) return null;
  const result = schemaFault(schema, value);
  if ('unusable' in result) return null;
  if (result.fault === null) return passed('format');
  const reason = `The JSON does not fit the schema: ${result.fault}.`;
  return found('format', { value: BAD_FORM, label: 'format', reason });
}

function parse(text: string): { readonly value: unknown } | null {
  if (text === '') return null;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
