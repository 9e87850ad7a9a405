import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { createTransport } from 'nodemailer';
import { Agent, request } from 'undici';
import { ChannelError, type ChannelTools, type Mail, type SmtpServer } from './channels/channel.ts';
import type { Clock } from './core/clock.ts';
import { AppError, asError } from './core/errors.ts';
import { type AddressRules, forbiddenHost, guardedLookup } from './routing/guard-address.ts';

const CONNECT_MS = 5_000;
const MAIL_MS = 20_000;
const MAX_ANSWER = 4_096;

/**
 * How channels reach the world: addresses are checked by what they resolve to, redirects are not followed, nothing
 * waits for ever. `extraCa` is for receivers with certificates of their own.
 */
export function createChannelTools(deps: {
  readonly clock: Clock;
  readonly rules: AddressRules;
  readonly extraCa?: string;
}): ChannelTools {
  const { clock, rules } = deps;
  return {
    clock,
    post: (posting) => post(posting, rules),
    sendMail: (mail, server) => sendMail(mail, server, deps),
  };
}

type Posting = Parameters<ChannelTools['post']>[0];
type Posted = Awaited<ReturnType<ChannelTools['post']>>;

async function post(posting: Posting, rules: AddressRules): Promise<Posted> {
  const { url, headers, body, timeoutMs } = posting;
  const { hostname, host } = new URL(url);
  // Literal addresses are never looked up.
  refuse(hostname, forbiddenHost(hostname, rules));
  const agent = new Agent({
    connect: { timeout: CONNECT_MS, lookup: guardedLookup(rules) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  try {
    const reply = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const said = await firstOf(reply.body.setEncoding('utf8'));
    return { status: reply.statusCode, headers: flatHeaders(reply.headers), body: said };
  } catch (thrown) {
    throw unreachable(host, thrown);
  } finally {
    await agent.destroy();
  }
}

async function firstOf(chunks: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) {
    text += String(chunk);
    if (text.length >= MAX_ANSWER) break;
  }
  return text.slice(0, MAX_ANSWER);
}

function flatHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value ?? ''].join(', ')]),
  );
}

function refuse(host: string, reason: string | null): void {
  if (reason === null) return;
  throw new ChannelError(`${host} leads to ${reason}, where channels must not send.`, {
    retryable: false,
  });
}

function unreachable(host: string, thrown: unknown): ChannelError {
  if (thrown instanceof ChannelError) return thrown;
  if (thrown instanceof AppError && thrown.code === 'forbidden_address') {
    return new ChannelError(`${host} leads where channels must not send.`, { retryable: false });
  }
  const { name, message } = asError(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : message;
  const why = name === 'TimeoutError' ? 'no answer in time' : code;
  return new ChannelError(`${host} could not be reached (${why}).`, { retryable: true });
}

async function sendMail(
  mail: Mail,
  server: SmtpServer,
  { rules, extraCa }: { readonly rules: AddressRules; readonly extraCa?: string },
): Promise<void> {
  const { host, port, security, user, password } = server;
  refuse(host, forbiddenHost(host.includes(':') ? `[${host}]` : host, rules));
  const transport = createTransport({
    host: await resolved(host, rules),
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    tls: {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(extraCa === undefined ? {} : { ca: extraCa }),
    },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: MAIL_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { messageId, headers, from, to, subject, text, html } = mail;
    await transport.sendMail({ from, to: [...to], subject, text, html, messageId, headers });
  } catch (thrown) {
    throw mailFailure(host, thrown);
  } finally {
    transport.close();
  }
}

/** The address that was checked is the one that is connected to. */
async function resolved(host: string, rules: AddressRules): Promise<string> {
  const look: LookupFunction = guardedLookup(rules, (name, options, done) =>
    lookup(name, { ...options, all: true }, done),
  );
  return await new Promise((resolve, reject) => {
    look(host, { all: false }, (error, address) => {
      if (error !== null) reject(unreachable(host, error));
      else resolve(String(address));
    });
  });
}

/** 5xx replies, refused credentials and missing encryption do not pass; everything else may. */
function mailFailure(host: string, thrown: unknown): ChannelError {
  if (thrown instanceof ChannelError) return thrown;
  const { message } = asError(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  const reply = thrown instanceof Error && 'responseCode' in thrown ? thrown.responseCode : null;
  const lasting =
    (typeof reply === 'number' && reply >= 500) ||
    (reply === null && (code === 'EAUTH' || code === 'ETLS'));
  return new ChannelError(`${host}: ${message}`, { retryable: !lasting });
}
