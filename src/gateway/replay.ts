import type { CachedAnswer } from '../cache/answer-cache.ts';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { KeptBody } from './kept-body.ts';
import type { ReadCall } from './known-request.ts';
import { SUCCESS } from './outcome.ts';

/**
 * Answers a call with what the same question got before; false when it has to be asked. Then the call owes
 * the cache its answer (`Obligations`).
 */
export async function answeredFromCache(
  gateway: Gateway,
  exchange: Exchange,
  { known, headers }: ReadCall,
): Promise<boolean> {
  const { call, facts } = exchange;
  const { cache } = gateway;
  const off = String(headers['x-lqo-cache'] ?? '').toLowerCase() === 'off';
  if (cache === null || off || known.body === null || call.method !== 'POST') return false;
  if (!cache.applies(call.projectId, call.operation)) return false;
  const { exposure } = facts.handling;
  const { promptName, promptVersion, userId } = facts.context;
  exchange.times.waits();
  const found = await cache.lookUp(
    {
      projectId: call.projectId,
      dialect: call.dialect,
      path: call.path,
      stream: facts.stream,
      body: known.body,
      variant: variantOf([exposure?.experimentId, exposure?.arm, promptName, promptVersion]),
      userId,
    },
    exchange.left,
  );
  exchange.unwatched();
  exchange.times.received();
  if (found.kind === 'miss') {
    facts.handling.cache = 'miss';
    exchange.obligations.missed(found);
    return false;
  }
  replay(exchange, found.answer);
  return true;
}

/** Another arm or prompt is another answer; empty where neither plays a part. */
function variantOf(parts: readonly (string | null | undefined)[]): string {
  return parts.every((part) => part == null) ? '' : JSON.stringify(parts);
}

function replay(exchange: Exchange, answer: CachedAnswer): void {
  const { facts, tools } = exchange;
  facts.handling.cache = 'hit';
  facts.provider = answer.provider;
  facts.servedModel = answer.model;
  const { status, contentType, body } = answer;
  const kept = new KeptBody(tools.keepBytes);
  kept.add(body);
  const response = kept.toRawBody(contentType, null);
  const answered = { httpStatus: status, response, dialect: exchange.style.dialect, usage: null };
  if (facts.stream) exchange.times.sawContent();
  exchange.settle({ outcome: SUCCESS, answered }, () => {
    const length = facts.stream ? {} : { 'content-length': String(body.length) };
    const headers = { 'content-type': contentType, ...length };
    exchange.begin({ status, headers, streams: facts.stream });
    exchange.end(body);
  });
}
