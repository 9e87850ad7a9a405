import { RuleCondition, type RuleOperator } from '../contract/rules.ts';
import type { TextSpan } from '../evaluators/define-evaluator.ts';
import { type Field, fieldOf, isScoreField, type RuleSubject } from './fields.ts';
import { type FindInText, type Hit, type Misfit, numberTest, textTest } from './operators.ts';

/** Null: something that the condition asks for is not known, so it neither holds nor fails. */
export type Truth = boolean | null;

/** What one test of a condition came to. */
export interface Finding {
  /** Where it stands in the tree: `all.0.not`. */
  readonly path: string;
  readonly test: string;
  readonly holds: Truth;
  readonly found: string | null;
  readonly span: TextSpan | null;
}

/** What is wrong with a condition, and where. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  /** In the pattern, from 0. */
  readonly position?: number;
}

export interface CompiledCondition {
  /** Whether it asks for what evaluators say. */
  readonly needsScores: boolean;
  evaluate(subject: RuleSubject, findings: Finding[]): Truth;
}

const MAX_DEPTH = 8;
const MAX_TESTS = 100;
const MAX_FOUND = 200;

/**
 * A condition ready to be asked, or everything that is wrong with it. Never throws. At most 100 tests, eight levels
 * deep. What is not known is neither true nor false (Kleene's logic): `any` holds when one part does, `all` fails
 * when one part does, and otherwise an unknown part leaves the whole unknown.
 */
export function compileCondition(given: unknown): CompiledCondition | { problems: Problem[] } {
  if (depthOf(given) > 2 * MAX_DEPTH) {
    return { problems: [{ path: '', message: `must be at most ${MAX_DEPTH} levels deep` }] };
  }
  const shape = RuleCondition.safeParse(given);
  if (!shape.success) return { problems: [shapeProblem(given)] };
  if (countTests(shape.data) > MAX_TESTS) {
    return { problems: [{ path: '', message: `must have at most ${MAX_TESTS} tests` }] };
  }
  const state: Compiling = { problems: [], needsScores: false };
  const evaluate = compile(shape.data, '', state);
  if (state.problems.length > 0) return { problems: state.problems };
  return { needsScores: state.needsScores, evaluate };
}

/** Levels of objects and lists; looks no deeper than it has to, so that no depth can end the stack. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > 2 * MAX_DEPTH) return depth;
  // The schema of a test is as deep as it likes: it is no part of the tree.
  const parts = 'operator' in value ? [] : Object.values(value);
  return parts.reduce<number>((most, part) => Math.max(most, depthOf(part, depth + 1)), depth);
}

function countTests(condition: RuleCondition): number {
  if ('all' in condition) return sum(condition.all);
  if ('any' in condition) return sum(condition.any);
  return 'not' in condition ? countTests(condition.not) : 1;
}

function sum(parts: readonly RuleCondition[]): number {
  return parts.reduce((tests, part) => tests + countTests(part), 0);
}

/** The first place at which a tree is none. */
function shapeProblem(given: unknown, path = ''): Problem {
  const message =
    'must be {"all": […]}, {"any": […]}, {"not": …} or a test {"field", "operator", "value"}';
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { path, message };
  const [key, inner] = Object.entries(given)[0] ?? [];
  if (key === 'not') return shapeProblem(inner, join(path, 'not'));
  if (key !== 'all' && key !== 'any') return { path, message };
  const parts: readonly unknown[] = Array.isArray(inner) ? inner : [];
  const wrong = parts.findIndex((part) => !RuleCondition.safeParse(part).success);
  if (wrong === -1) return { path: join(path, key), message: 'must be a list of conditions' };
  return shapeProblem(parts[wrong], join(path, `${key}.${wrong}`));
}

function join(path: string, step: string): string {
  return path === '' ? step : `${path}.${step}`;
}

interface Compiling {
  readonly problems: Problem[];
  needsScores: boolean;
}

type Evaluate = CompiledCondition['evaluate'];

function compile(condition: RuleCondition, path: string, state: Compiling): Evaluate {
  if ('all' in condition) return compileAll(condition.all, join(path, 'all'), state);
  if ('any' in condition) return compileAny(condition.any, join(path, 'any'), state);
  if ('not' in condition) {
    const inner = compile(condition.not, join(path, 'not'), state);
    return (subject, findings) => {
      const holds = inner(subject, findings);
      return holds === null ? null : !holds;
    };
  }
  return compileTest(condition, path, state);
}

function compileAll(parts: readonly RuleCondition[], path: string, state: Compiling): Evaluate {
  const compiled = parts.map((part, at) => compile(part, `${path}.${at}`, state));
  return (subject, findings) => {
    let truth: Truth = true;
    for (const part of compiled) {
      const holds = part(subject, findings);
      if (holds === false) return false;
      if (holds === null) truth = null;
    }
    return truth;
  };
}

function compileAny(parts: readonly RuleCondition[], path: string, state: Compiling): Evaluate {
  const compiled = parts.map((part, at) => compile(part, `${path}.${at}`, state));
  return (subject, findings) => {
    let truth: Truth = false;
    for (const part of compiled) {
      const holds = part(subject, findings);
      if (holds === true) return true;
      if (holds === null) truth = null;
    }
    return truth;
  };
}

type Test = Extract<RuleCondition, { field: string }>;
type Outcome = Pick<Finding, 'holds' | 'found' | 'span'>;

function compileTest(test: Test, path: string, state: Compiling): Evaluate {
  state.needsScores ||= isScoreField(test.field);
  const made = testOf(test);
  if ('message' in made) {
    state.problems.push({ ...made, path });
    return () => null;
  }
  const shown = `${test.field} ${test.operator}`;
  return (subject, findings) => {
    const outcome = made.ask(subject);
    findings.push({ path, test: shown, ...outcome });
    return outcome.holds;
  };
}

type Asking = { readonly ask: (subject: RuleSubject) => Outcome };

function testOf({ field: name, operator, value, ignoreCase = true }: Test): Asking | Misfit {
  const field = fieldOf(name);
  if (field === null) return { message: `there is no field "${name}"` };
  if (operator === 'exists') return existence(field, value);
  const number = field.number === null ? null : numberTest(operator, value);
  // Metadata may be either; equals with a text compares texts.
  const isText = field.text !== null && (number === null || typeof value === 'string');
  if (field.text !== null && isText) {
    const find = textTest(operator, value, ignoreCase);
    if (typeof find === 'function') return { ask: askTexts(field, field.text, find) };
    if (find !== null) return find;
  }
  if (field.number !== null && typeof number === 'function') {
    return { ask: askNumber(field.number, number) };
  }
  return number !== null && 'message' in number ? number : unfit(name, operator);
}

function unfit(name: string, operator: RuleOperator): Misfit {
  return { message: `"${operator}" does not work with the field "${name}"` };
}

function existence(field: Field, value: unknown): Asking | Misfit {
  if (typeof value !== 'boolean') return { message: 'exists takes true or false' };
  return {
    ask: (subject): Outcome => {
      const texts = field.text?.(subject) ?? null;
      const isThere =
        texts === null
          ? (field.number?.(subject) ?? null) !== null
          : texts.some((text) => text !== '');
      return { holds: isThere === value, found: null, span: null };
    },
  };
}

function askTexts(
  { span }: Field,
  read: NonNullable<Field['text']>,
  find: FindInText,
): (subject: RuleSubject) => Outcome {
  return (subject) => {
    const texts = read(subject);
    if (texts === null) return { holds: null, found: null, span: null };
    for (const [index, text] of texts.entries()) {
      const hit = find(text);
      if (hit !== null) {
        return { holds: true, found: hit.text.slice(0, MAX_FOUND), span: spanOf(span, index, hit) };
      }
    }
    return { holds: false, found: null, span: null };
  };
}

function spanOf(field: TextSpan['field'] | null, index: number, { at }: Hit): TextSpan | null {
  if (field === null || at === null || at.start === at.end) return null;
  return { field, index, start: at.start, end: at.end, kind: 'rule' };
}

function askNumber(
  read: NonNullable<Field['number']>,
  test: (value: number) => boolean,
): (subject: RuleSubject) => Outcome {
  return (subject) => {
    const value = read(subject);
    const found = value === null ? null : String(value);
    return { holds: value === null ? null : test(value), found, span: null };
  };
}
