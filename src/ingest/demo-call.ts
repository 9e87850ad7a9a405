import { contentId } from '../core/ids.ts';
import type { ErrorType } from '../interactions/record.ts';
import { answerDemo, type DemoModel } from '../providers/demo/answer.ts';
import type { DemoLanguage } from '../providers/demo/knowledge.ts';
import { askQuestion, chooseBehaviour, type DemoApp, type DemoQuestion } from './demo-apps.ts';
import type { Random } from './demo-random.ts';
import type { ExchangeRecord, RawBody } from './spool-record.ts';

/** When and by whom a sample call is made. */
export interface DemoMoment {
  readonly projectId: string;
  readonly atMs: number;
  /** Counts the calls, so that two in one millisecond differ. */
  readonly number: number;
  readonly app: DemoApp;
  readonly user: string;
  readonly language: DemoLanguage;
  readonly promptVersion: string;
  /** During an incident many calls fail and all are slow. */
  readonly isIncident: boolean;
}

export interface DemoCallRecord {
  readonly record: ExchangeRecord;
  readonly question: DemoQuestion;
  readonly behaviour: DemoModel;
}

/** One call of the sample traffic: asked by an invented user, answered by the built-in provider. */
export function makeDemoCall(moment: DemoMoment, random: Random): DemoCallRecord {
  const { app, atMs } = moment;
  const model = random.pick(app.models);
  const situation = { ...moment, random };
  const question = askQuestion(situation);
  const behaviour = chooseBehaviour(situation, model);
  const stream = random.chance(app.streamShare);
  const request = requestOf({ app, model, stream, question, user: moment.user });
  const path = app.name === 'search' ? '/v1/embeddings' : '/v1/chat/completions';
  const fault = chooseFault(moment, stream, random);
  const answer = answerDemo({ method: 'POST', path, body: request, actAs: behaviour });
  const text = answer.chunks.map((chunk) => chunk.text).join('');
  const times = timesOf(moment, { outputLength: text.length, stream, model, fault }, random);
  const record: ExchangeRecord = {
    kind: 'exchange',
    id: contentId(atMs, moment.projectId, String(moment.number), request),
    projectId: moment.projectId,
    receivedAtMs: atMs,
    origin: 'demo',
    dialect: 'openai',
    operation: app.name === 'search' ? 'embeddings' : 'chat',
    method: 'POST',
    path,
    provider: 'demo',
    model,
    stream,
    request: rawBody(request, 'application/json'),
    response: responseOf(fault, { text, stream }),
    ...OUTCOMES[fault],
    ...times,
    attempts: [
      {
        provider: 'demo',
        model,
        startedAtMs: atMs + 1,
        durationMs: times.latencyMs - 1,
        httpStatus: OUTCOMES[fault].httpStatus,
        errorType: OUTCOMES[fault].errorType,
        errorMessage: OUTCOMES[fault].errorMessage,
      },
    ],
    context: contextOf(moment, question),
  };
  return { record, question, behaviour };
}

type Fault = 'none' | 'rate_limited' | 'server_error' | 'timeout' | 'cut' | 'left' | 'invalid';

type Outcome = Pick<ExchangeRecord, 'httpStatus' | 'status' | 'errorType' | 'errorMessage'>;

const failed = (
  httpStatus: number | null,
  errorType: ErrorType,
  errorMessage: string | null,
): Outcome => ({ httpStatus, status: 'error', errorType, errorMessage });

const OUTCOMES: Readonly<Record<Fault, Outcome>> = {
  none: { httpStatus: 200, status: 'success', errorType: null, errorMessage: null },
  rate_limited: failed(429, 'rate_limited', 'Rate limit reached. Please try again in 2 s.'),
  server_error: failed(500, 'upstream_error', 'The server had an error. Please try again.'),
  timeout: failed(null, 'timeout_first_byte', 'No answer within 60 s.'),
  cut: failed(200, 'upstream_truncated', 'The provider ended the stream before its end.'),
  left: failed(200, 'client_closed', 'The caller closed the connection.'),
  invalid: failed(400, 'invalid_request', "Invalid value: 'temperature' must be at most 2."),
};

function chooseFault({ isIncident }: DemoMoment, stream: boolean, random: Random): Fault {
  const share = random.next();
  if (isIncident && share < 0.6)
    return random.pick(['server_error', 'server_error', 'timeout', 'cut']);
  if (share < 0.006) return 'rate_limited';
  if (share < 0.01) return 'server_error';
  if (share < 0.012) return 'timeout';
  if (share < 0.016) return 'invalid';
  return stream && share < 0.03 ? 'left' : 'none';
}

function responseOf(
  fault: Fault,
  { text, stream }: { text: string; stream: boolean },
): RawBody | null {
  switch (fault) {
    case 'none':
      return rawBody(text, stream ? 'text/event-stream; charset=utf-8' : 'application/json');
    case 'cut':
    case 'left':
      return stream ? rawBody(firstHalf(text), 'text/event-stream; charset=utf-8') : null;
    case 'timeout':
      return null;
    default: {
      const { errorMessage: message, errorType: type } = OUTCOMES[fault];
      return rawBody(JSON.stringify({ error: { message, type, code: fault } }), 'application/json');
    }
  }
}

/** A stream that ends half-way, between two events. */
function firstHalf(events: string): string {
  const end = events.indexOf('\n\n', events.length / 2);
  return end === -1 ? events : events.slice(0, end + 2);
}

interface Work {
  readonly outputLength: number;
  readonly stream: boolean;
  readonly model: string;
  readonly fault: Fault;
}

const SLOW_MODELS = ['gpt-4o', 'gpt-4.1', 'gpt-5-mini'];

function timesOf(
  { isIncident, app }: DemoMoment,
  { outputLength, stream, model, fault }: Work,
  random: Random,
): Pick<ExchangeRecord, 'latencyMs' | 'firstTokenMs' | 'overheadMs'> {
  const slowness = (isIncident ? 3 : 1) * (SLOW_MODELS.includes(model) ? 1.8 : 1);
  const overheadMs = round(random.around(0.6, 0.4));
  if (fault === 'timeout')
    return { latencyMs: 60_000 + overheadMs, firstTokenMs: null, overheadMs };
  if (fault === 'rate_limited' || fault === 'invalid') {
    return { latencyMs: round(random.around(60, 0.4)), firstTokenMs: null, overheadMs };
  }
  const median = app.name === 'search' ? 45 : 320;
  const firstMs = random.around(median * slowness, 0.45);
  const restMs =
    app.name === 'search' ? 0 : random.around(outputLength * 0.14 * slowness + 80, 0.3);
  const hasContent = stream && fault !== 'server_error';
  return {
    latencyMs: round(firstMs + restMs + overheadMs),
    firstTokenMs: hasContent ? round(firstMs + overheadMs) : null,
    overheadMs,
  };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

interface Asked {
  readonly app: DemoApp;
  readonly model: string;
  readonly stream: boolean;
  readonly question: DemoQuestion;
  readonly user: string;
}

function requestOf({ app, model, stream, question, user }: Asked): string {
  if (app.name === 'search') {
    return JSON.stringify({ model, input: question.prompt, dimensions: 32, user });
  }
  const system = question.system === null ? [] : [{ role: 'system', content: question.system }];
  const messages = [...system, { role: 'user', content: question.prompt }];
  const streaming = stream ? { stream, stream_options: { include_usage: true } } : {};
  return JSON.stringify({ model, messages, temperature: 0.3, user, ...streaming });
}

function rawBody(text: string, contentType: string): RawBody {
  return {
    text,
    encoding: 'utf8',
    contentType,
    bytes: Buffer.byteLength(text),
    truncated: false,
  };
}

const SESSION_MS = 20 * 60 * 1000;

function contextOf(moment: DemoMoment, question: DemoQuestion): ExchangeRecord['context'] {
  const { app, user, atMs, language, promptVersion } = moment;
  return {
    keyId: null,
    userId: user,
    sessionId: `${user}-${Math.floor(atMs / SESSION_MS).toString(36)}`,
    tags: app.tags,
    metadata: { app: app.name, language },
    promptName: app.promptName,
    promptVersion: app.promptName === null ? null : promptVersion,
    traceId: traceIdOf(moment),
    parentSpanId: null,
    passages: question.passages,
  };
}

/** A trace id made from the moment: 32 hexadecimal digits. */
function traceIdOf({ atMs, number, projectId }: DemoMoment): string {
  return contentId(atMs, 'trace', projectId, String(number)).replaceAll('-', '');
}
