import { hash } from 'node:crypto';
import type { DatasetMessage } from '../contract/datasets.ts';
import type { TrainingFormat } from '../contract/training.ts';
import { scoresOfPage } from '../interactions/find.ts';
import { type ListQuestion, listInteractions } from '../interactions/list.ts';
import type { StoredInteraction, StoredScore } from '../interactions/stored-row.ts';
import type { Queryable } from '../store/database.ts';
import { conversationIn } from './read-conversation.ts';

export interface TrainingQuestion extends Pick<ListQuestion, 'projectId' | 'range' | 'filters'> {
  readonly format: TrainingFormat;
  readonly style: 'trl' | 'openai';
  readonly scoreName: string;
  readonly minScore: number | null;
  readonly dedupe: boolean;
  /** Takes personal data out of a text; null: as it was recorded. */
  readonly redact: ((text: string) => string) | null;
}

/** A recorded call as an example. */
interface Example {
  readonly id: string;
  readonly messages: readonly DatasetMessage[];
  readonly answer: string;
  /** What people said of it, 0 to 1; null when nobody did. */
  readonly opinion: number | null;
  readonly comment: string | null;
  readonly score: number | null;
}

/** Calls that an export looks at. */
export const MAX_TRAINING_ROWS = 50_000;
const PAGE_ROWS = 200;
/** Rated examples that pairs are made of. */
const MAX_RATED = 10_000;

/**
 * Examples for training as JSON lines, newest calls first, joined with what people said of them: the latest word of
 * each person, from feedback and review. Calls that failed, were cut or have no text are left out. Ends after 50,000
 * calls.
 */
export async function* exportTraining(
  db: Queryable,
  question: TrainingQuestion,
  monotonic: () => number,
): AsyncGenerator<string> {
  const seen = new Set<string>();
  const isNew = (key: string): boolean => !question.dedupe || (!seen.has(key) && !!seen.add(key));
  if (question.format === 'dpo') {
    const rated: Example[] = [];
    for await (const examples of examplesOf(db, question, monotonic)) {
      rated.push(...examples.filter(({ opinion }) => opinion !== null && opinion !== 0.5));
      if (rated.length >= MAX_RATED) break;
    }
    for (const pair of pairsOf(rated)) {
      const line = JSON.stringify(writePair(pair, question.style));
      if (isNew(line)) yield `${line}\n`;
    }
    return;
  }
  for await (const examples of examplesOf(db, question, monotonic)) {
    const lines = examples
      .filter((example) => belongs(example, question))
      .flatMap((example) => {
        const isFirst = isNew(hash('sha256', JSON.stringify([example.messages, example.answer])));
        return isFirst ? [`${JSON.stringify(write(example, question.format))}\n`] : [];
      });
    if (lines.length > 0) yield lines.join('');
  }
}

async function* examplesOf(
  db: Queryable,
  question: TrainingQuestion,
  monotonic: () => number,
): AsyncGenerator<Example[]> {
  let cursor: string | undefined;
  for (let rows = 0; rows < MAX_TRAINING_ROWS; ) {
    const page = await listInteractions(db, { ...question, limit: PAGE_ROWS, cursor }, monotonic);
    yield await examplesIn(db, question, page.rows);
    if (page.nextCursor === null) return;
    rows += page.rows.length;
    cursor = page.nextCursor;
  }
}

interface BodyRow {
  readonly id: string;
  readonly request_body: string | null;
  readonly prompt_text: string | null;
  readonly response_text: string | null;
}

async function examplesIn(
  db: Queryable,
  question: TrainingQuestion,
  page: readonly StoredInteraction[],
): Promise<Example[]> {
  const whole = page.filter(({ status, truncated, finish_reason: finished }) => {
    return status === 'success' && !truncated && finished !== 'length';
  });
  if (whole.length === 0) return [];
  const scores = await scoresOfPage(db, whole);
  const times = whole.map(({ created_at: at }) => at.getTime());
  const bodies = await db.query<BodyRow>(
    `select interaction_id as id, case when request_encoding = 'utf8' then request_body end as request_body,
       prompt_text, response_text
     from interaction_bodies
     where created_at >= $1 and created_at < $2 and interaction_id = any($3::uuid[])`,
    [new Date(Math.min(...times)), new Date(Math.max(...times) + 1000), whole.map(({ id }) => id)],
  );
  const byId = new Map(bodies.map((body) => [body.id, body]));
  return whole.flatMap((row) => {
    const body = byId.get(row.id);
    return (body && exampleOf(body, scores.get(row.id) ?? [], question)) ?? [];
  });
}

function exampleOf(
  body: BodyRow,
  scores: readonly StoredScore[],
  { redact, scoreName }: TrainingQuestion,
): Example | null {
  const clean = (text: string): string => (redact === null ? text : redact(text));
  const last = body.prompt_text?.trim() ?? '';
  const alone = last === '' ? null : [{ role: 'user' as const, content: last }];
  const messages = (body.request_body === null ? null : conversationIn(body.request_body)) ?? alone;
  const answer = body.response_text ?? '';
  if (messages === null || answer.trim() === '') return null;
  const { opinion, comment } = opinionOf(scores);
  return {
    id: body.id,
    messages: messages.map(({ role, content }) => ({ role, content: clean(content) })),
    answer: clean(answer),
    opinion,
    comment: comment === null ? null : clean(comment),
    score:
      scores.findLast(({ name, source }) => name === scoreName && source !== 'human')?.value ??
      null,
  };
}

/** The mean of each person's latest word about an answer as a whole, with the latest comment. */
export function opinionOf(
  scores: readonly Pick<
    StoredScore,
    'source' | 'name' | 'value' | 'reason' | 'details' | 'created_at'
  >[],
): { readonly opinion: number | null; readonly comment: string | null } {
  const human = scores
    .filter(({ source }) => source === 'human')
    .sort((a, b) => a.created_at.getTime() - b.created_at.getTime());
  const latest = new Map(
    human.map(({ name, details, value }) => [`${details?.['givenBy'] ?? ''} ${name}`, value]),
  );
  const values = [...latest.values()];
  const comment = human.findLast(({ reason }) => reason !== null)?.reason ?? null;
  const sum = values.reduce((total, value) => total + value, 0);
  return { opinion: values.length === 0 ? null : sum / values.length, comment };
}

function belongs({ opinion, score }: Example, question: TrainingQuestion): boolean {
  switch (question.format) {
    case 'sft':
      if (opinion !== null) return opinion > 0.5;
      return question.minScore !== null && score !== null && score >= question.minScore;
    case 'positive':
      return opinion !== null && opinion > 0.5;
    case 'negative':
      return opinion !== null && opinion < 0.5;
    default:
      return opinion !== null;
  }
}

function write(example: Example, format: TrainingFormat): unknown {
  const { id, messages, answer, opinion, comment } = example;
  if (format === 'sft') return { messages: [...messages, assistant(answer)] };
  const last = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (format === 'rlhf') {
    return {
      interaction_id: id,
      prompt: messages,
      completion: [assistant(answer)],
      label: (opinion ?? 0) > 0.5,
      reward: 2 * (opinion ?? 0.5) - 1,
    };
  }
  const rating = Math.sign((opinion ?? 0.5) - 0.5);
  return { interaction_id: id, prompt: last, messages, response: answer, rating, comment };
}

function assistant(content: string): DatasetMessage {
  return { role: 'assistant', content };
}

interface Pair {
  readonly messages: readonly DatasetMessage[];
  readonly chosen: string;
  readonly rejected: string;
}

/** Every better answer to a question beside a worse one to the same question, each used once, the clearest first. */
function pairsOf(rated: readonly Example[]): Pair[] {
  const byQuestion = Map.groupBy(rated, ({ messages }) => JSON.stringify(messages));
  return [...byQuestion.values()].flatMap((examples) => {
    const sorted = examples.toSorted((a, b) => (b.opinion ?? 0) - (a.opinion ?? 0));
    const good = sorted.filter(({ opinion }) => (opinion ?? 0) > 0.5);
    const bad = sorted.filter(({ opinion }) => (opinion ?? 1) < 0.5).toReversed();
    return good.slice(0, bad.length).flatMap(({ messages, answer }, at) => {
      const rejected = bad[at]?.answer ?? answer;
      return rejected === answer ? [] : [{ messages, chosen: answer, rejected }];
    });
  });
}

function writePair({ messages, chosen, rejected }: Pair, style: 'trl' | 'openai'): unknown {
  return style === 'trl'
    ? { prompt: messages, chosen: [assistant(chosen)], rejected: [assistant(rejected)] }
    : {
        input: { messages },
        preferred_output: [assistant(chosen)],
        non_preferred_output: [assistant(rejected)],
      };
}
