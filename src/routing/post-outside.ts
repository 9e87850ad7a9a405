import { Agent, request } from 'undici';
import { AppError, asError } from '../core/errors.ts';
import { checkedBaseUrl, guardedLookup } from './guard-address.ts';

const CONNECT_MS = 5_000;
const TOTAL_MS = 30_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const RULES = { allowLinkLocal: false };

/**
 * Posts JSON to an address that a user named and answers its JSON. Throws `forbidden_address` where it must not lead,
 * `invalid_request` for what is no plain http(s) URL, and `upstream_unreachable` when no JSON comes back. Follows no
 * redirects.
 */
export async function postOutside(address: string, body: object): Promise<unknown> {
  const url = checkedBaseUrl(address, RULES);
  const agent = new Agent({
    connect: { timeout: CONNECT_MS, lookup: guardedLookup(RULES) },
    headersTimeout: TOTAL_MS,
    bodyTimeout: TOTAL_MS,
  });
  try {
    const reply = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TOTAL_MS),
    });
    if (reply.statusCode < 200 || reply.statusCode > 299) {
      throw new AppError('upstream_unreachable', `${url.host} answered ${reply.statusCode}.`);
    }
    let text = '';
    for await (const chunk of reply.body.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    }
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    // What stands in the answer of a stranger is not told on.
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
    throw new AppError('upstream_unreachable', `${url.host} gave no JSON${code}.`, {
      cause: asError(thrown),
    });
  } finally {
    await agent.destroy();
  }
}
