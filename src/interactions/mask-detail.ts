import type { InteractionDetail, Score } from '../contract/interactions.ts';

/** A text without personal data and secrets, and where the places of the original went. */
export interface Hidden {
  readonly text: string;
  map(place: number): number;
}
export type Hide = (text: string) => Hidden;

type Body = InteractionDetail['request'];
type Json = Readonly<Record<string, unknown>>;

/**
 * The interaction with personal data and secrets hidden in everything that callers, models and tools wrote; `masked`
 * says whether anything was. What scores say of places in a text is moved along. A recorded body in which a value
 * may stand in pieces (the events of a stream) is left out when its text holds something to hide.
 */
export function maskDetail(detail: InteractionDetail, hide: Hide): InteractionDetail {
  const prompt = hideMaybe(detail.promptText, hide);
  const answer = hideMaybe(detail.responseText, hide);
  const context = detail.context.map(hide);
  const isHidden =
    prompt?.text !== (detail.promptText ?? undefined) ||
    answer?.text !== (detail.responseText ?? undefined) ||
    context.some(({ text }, at) => text !== detail.context[at]);
  const request = maskBody(detail.request, hide, isHidden);
  const response = maskBody(detail.response, hide, isHidden);
  const masked =
    isHidden || request.body !== detail.request.body || response.body !== detail.response.body;
  const plain = (text: string): string => hide(text).text;
  return {
    ...detail,
    masked,
    promptText: prompt?.text ?? null,
    responseText: answer?.text ?? null,
    promptPreview: plain(detail.promptPreview),
    responsePreview: plain(detail.responsePreview),
    context: context.map(({ text }) => text),
    request,
    response,
    spans: detail.spans.map((span) => ({
      ...span,
      attributes: asObject(maskValue(span.attributes, plain)),
    })),
    scores: detail.scores.map((score) => maskScore(score, { prompt, answer, context }, plain)),
  };
}

function hideMaybe(text: string | null, hide: Hide): Hidden | undefined {
  return text === null ? undefined : hide(text);
}

/** JSON is masked string by string, so that it stays JSON; another text as it is. */
function maskBody(body: Body, hide: Hide, isPrivate: boolean): Body {
  if (body.body === null) return body;
  if (body.encoding === 'base64') return isPrivate ? { ...body, body: null } : body;
  const plain = (text: string): string => hide(text).text;
  const value = parse(body.body);
  if (value === undefined) {
    const masked = plain(body.body);
    return isPrivate && masked === body.body ? { ...body, body: null } : { ...body, body: masked };
  }
  const masked = JSON.stringify(maskValue(value, plain));
  return masked === JSON.stringify(value) ? body : { ...body, body: masked };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function maskValue(value: unknown, plain: (text: string) => string): unknown {
  if (typeof value === 'string') return maskString(value, plain);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, plain));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, maskValue(item, plain)]),
  );
}

/** Arguments of tools are JSON within a string. */
function maskString(text: string, plain: (text: string) => string): string {
  const inner = text.trimStart().startsWith('{') ? parse(text) : undefined;
  if (inner === undefined) return plain(text);
  const masked = JSON.stringify(maskValue(inner, plain));
  return masked === JSON.stringify(inner) ? text : masked;
}

interface HiddenTexts {
  readonly prompt: Hidden | undefined;
  readonly answer: Hidden | undefined;
  readonly context: readonly Hidden[];
}

function maskScore(score: Score, texts: HiddenTexts, plain: (text: string) => string): Score {
  const { details, reason } = score;
  return {
    ...score,
    reason: reason === null ? null : plain(reason),
    details: details === null ? null : maskDetails(details, texts, plain),
  };
}

function maskDetails(
  details: Json,
  texts: HiddenTexts,
  plain: (text: string) => string,
): Record<string, unknown> {
  const { spans, sentences, ...others } = details;
  return {
    ...asObject(maskValue(others, plain)),
    ...(Array.isArray(spans) && {
      spans: spans.map((span) => moveSpan(asObject(maskValue(span, plain)), texts)),
    }),
    ...(Array.isArray(sentences) && {
      sentences: sentences.map((sentence) => moveSentence(asObject(sentence), texts)),
    }),
  };
}

function moveSpan(span: Json, { prompt, answer, context }: HiddenTexts): Json {
  const at = typeof span['index'] === 'number' ? span['index'] : 0;
  switch (span['field']) {
    case 'prompt':
      return moved(span, ['start', 'end'], prompt);
    case 'answer':
      return moved(span, ['start', 'end'], answer);
    case 'context':
      return moved(span, ['start', 'end'], context[at]);
    default:
      return span;
  }
}

function moveSentence(sentence: Json, { answer, context }: HiddenTexts): Json {
  const { passage } = sentence;
  const source = typeof passage === 'number' ? context[passage] : undefined;
  const placed = moved(sentence, ['start', 'end'], answer);
  return moved(placed, ['passageStart', 'passageEnd'], source);
}

function moved(of: Json, names: readonly string[], text: Hidden | undefined): Json {
  if (text === undefined) return of;
  const places = names.flatMap((name) => {
    const place = of[name];
    return typeof place === 'number' ? [[name, text.map(place)] as const] : [];
  });
  return { ...of, ...Object.fromEntries(places) };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
