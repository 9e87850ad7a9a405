import type { Readable } from 'node:stream';
import type { JsonObject } from '../providers/json.ts';
import { forServer } from '../providers/openai/compatible.ts';
import { providerName } from '../routing/provider-name.ts';
import type { Target } from '../routing/router.ts';
import { askUsage, mustAskUsage } from './ask-usage.ts';
import { translatedHeaders, upstreamHeaders } from './headers.ts';
import type { KnownRequest } from './known-request.ts';
import { spliceModel } from './splice-model.ts';
import { assertStays, azurePath, namesModelInPath, targetPath, withQuery } from './target-path.ts';
import type { Translation } from './translation.ts';

const LIST_SHAPE = 'chat_list';

/** A request as it goes out to one target. */
export interface PreparedRequest {
  readonly method: string;
  /** Below the provider's base path, with its query; begins with a slash. */
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
  /** Null: the target speaks the caller's dialect, bytes pass untouched. */
  readonly translation: Translation | null;
  /** The usage chunk of the stream was asked for by us and is hidden from the caller. */
  readonly hideUsage: boolean;
  /** Whether the answer is known well enough to be held back until it is sure to be one. */
  readonly holds: boolean;
  /** The answer is one JSON list that comes piece by piece (Gemini without `alt=sse`). */
  readonly listStream: boolean;
}

/**
 * The request for a target: untouched but for the model's name where both speak one dialect, written anew
 * where they do not. Throws `unsupported_field` and `not_implemented` for what cannot be carried over.
 */
export function prepareRequest(known: KnownRequest, target: Target): PreparedRequest {
  const same = known.ask.dialect === target.provider.dialect;
  const prepared = same ? sameDialect(known, target) : otherDialect(known, target);
  assertStays(prepared.path);
  return prepared;
}

function sameDialect(known: KnownRequest, target: Target): PreparedRequest {
  const { ask, fields } = known;
  const { provider } = target;
  const renamed = renamedBody(known, target);
  const hideUsage =
    ask.dialect === 'openai' &&
    renamed !== null &&
    provider.takesUsageOption &&
    mustAskUsage(ask.operation, fields);
  const body = hideUsage && renamed !== null ? askUsage(renamed, fields) : renamed;
  return {
    method: known.method,
    path: targetPath(known, target),
    headers: upstreamHeaders(known.rawHeaders, {
      credential: provider.credentialHeaders,
      plainAnswer: fields.stream || ask.style.whole !== null || known.readsAnswer,
      contentLength: known.contentLength,
    }),
    body: known.stream() ?? body,
    translation: null,
    hideUsage,
    holds: ask.operation !== 'passthrough' && known.repeatable,
    listStream: ask.shape === LIST_SHAPE,
  };
}

/** The body with the name by which the target knows the model. */
function renamedBody(known: KnownRequest, { provider, model }: Target): Buffer | null {
  const { ask, body, bodyModel } = known;
  if (body === null || ask.pathFor !== undefined) return body;
  // A deployment that only the path named has to be told to a provider that reads the body.
  const wanted = model ?? (bodyModel === null ? (ask.model ?? null) : null);
  if (wanted === null || wanted === bodyModel || namesModelInPath(provider, ask.path)) {
    return body;
  }
  return spliceModel(body, wanted);
}

function otherDialect(known: KnownRequest, target: Target): PreparedRequest {
  const { provider, model } = target;
  const question = known.question(provider.dialect);
  const { request: written, translation } = question.to(provider.dialect, model);
  const path =
    provider.kind === 'azure'
      ? azurePath(written.path, provider, model ?? question.model)
      : withQuery(written.path, provider.query);
  return {
    method: 'POST',
    path,
    headers: translatedHeaders(known.rawHeaders, {
      ...written.headers,
      ...provider.credentialHeaders,
    }),
    body: Buffer.from(JSON.stringify(accented(written.body, target))),
    translation,
    hideUsage: false,
    holds: true,
    listStream: false,
  };
}

/**
 * What was written, as this one server of the dialect takes it. Usage is always asked for: the caller's
 * dialect tells it, and the bill needs it.
 */
function accented(body: JsonObject, { provider }: Target): JsonObject {
  if (provider.dialect !== 'openai') return body;
  const server = provider.kind === 'azure' ? 'azure' : providerName(provider.baseUrl);
  const fitting = forServer(body, server);
  if (body['stream'] !== true || !provider.takesUsageOption) return fitting;
  return { ...fitting, stream_options: { include_usage: true } };
}
