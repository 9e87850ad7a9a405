import type { IncomingHttpHeaders } from 'node:http';
import type { Call, CallFacts } from './exchange-record.ts';
import { appendDownstreamHeaders } from './headers.ts';

const PRINTABLE = /^[\x21-\x7e]{1,256}$/;

/** What our reply headers say about a call. */
export interface ReplyFacts {
  readonly call: Pick<Call, 'id' | 'requestId'>;
  readonly facts: Pick<CallFacts, 'provider' | 'model' | 'servedModel' | 'handling'>;
  /** Our own time up to now. */
  readonly overheadMs: number;
  readonly attempts: number;
  /** Further headers of ours (limits, budgets), names in lower case and values in turn. */
  readonly own: readonly string[];
}

/** Our reply headers and the provider's, as a flat list. Where both say the same, ours count. */
export function replyHeaders(reply: ReplyFacts, provider: IncomingHttpHeaders): string[] {
  const { call, facts, overheadMs, attempts, own } = reply;
  // Written here and not by the server's hooks: headers set one by one make Node's writeHead slow.
  const headers = ['x-lqo-interaction-id', call.id, 'x-lqo-overhead-ms', overheadMs.toFixed(3)];
  if (provider['x-request-id'] === undefined) headers.push('x-request-id', call.requestId);
  if (provider['x-content-type-options'] === undefined) {
    headers.push('x-content-type-options', 'nosniff');
  }
  headers.push('x-lqo-provider', headerText(facts.provider), 'x-lqo-attempts', String(attempts));
  const model = facts.servedModel ?? facts.model;
  if (model !== null) headers.push('x-lqo-model', headerText(model));
  if (facts.handling.cache != null) headers.push('x-lqo-cache', facts.handling.cache);
  if (own.length === 0) {
    appendDownstreamHeaders(headers, provider, null);
    return headers;
  }
  headers.push(...own);
  appendDownstreamHeaders(headers, provider, own);
  return headers;
}

/** Model names come from callers; what does not fit into a header is percent-encoded and cut. */
function headerText(text: string): string {
  return PRINTABLE.test(text) ? text : encodeURIComponent(text.toWellFormed()).slice(0, 256);
}
