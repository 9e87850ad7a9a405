import { ChannelError, type ChannelTools } from './channel.ts';
import { oneLine, shorten } from './shorten.ts';

/** As LLM-Quality-Observer waited. */
const TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 86_400_000;
const SAID_CHARACTERS = 200;

interface Posting {
  /** Of the receiver, for messages: `Slack`. */
  readonly title: string;
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Posts JSON and resolves when the receiver took it (2xx). Rejects with `ChannelError`: retryable for 408, 425, 429
 * and 5xx, with what the receiver said and how long it wants to be left alone; other answers are final.
 */
export async function postJson(tools: ChannelTools, posting: Posting): Promise<void> {
  const { title, url, body, headers = {} } = posting;
  const reply = await tools.post({
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    timeoutMs: TIMEOUT_MS,
  });
  if (reply.status >= 200 && reply.status < 300) return;
  throw new ChannelError(`${title} answered ${reply.status}${saying(reply)}`, {
    retryable: reply.status >= 500 || [408, 425, 429].includes(reply.status),
    retryAfterMs: retryAfterMs(reply, tools.clock.now()),
  });
}

type Reply = Awaited<ReturnType<ChannelTools['post']>>;

function saying({ status, body }: Reply): string {
  if (status >= 300 && status < 400) return '. It redirects; give the address it leads to.';
  const said = shorten(oneLine(body), SAID_CHARACTERS);
  return said === '' ? '.' : `: ${said}`;
}

/** From the header (seconds or HTTP date, RFC 9110 §10.2.3), or from the body as Discord says it (seconds). */
function retryAfterMs({ headers, body }: Reply, nowMs: number): number | null {
  const header = headers['retry-after']?.trim() ?? '';
  const inBody = /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(body)?.[1];
  const seconds = /^\d+(\.\d+)?$/.test(header) ? header : inBody;
  if (seconds !== undefined) return bounded(Number(seconds) * 1000);
  if (!/^[A-Za-z]{3,9},? /.test(header)) return null;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : bounded(at - nowMs);
}

function bounded(ms: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, Math.ceil(ms)));
}
