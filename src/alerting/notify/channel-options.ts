import { z } from 'zod';
import type { Address } from '../../channels/channel.ts';
import { channelOf } from '../../channels/index.ts';
import type { ChannelKind } from '../../contract/channels.ts';
import { AppError } from '../../core/errors.ts';

export type Options = Readonly<Record<string, unknown>>;

/** Options in two halves: what is shown, and what is sealed. */
export interface SplitOptions {
  readonly open: Options;
  readonly secret: Options;
}

/** Says why an address must not be called, as far as its text tells; null when it may be. */
export type RefuseHost = (hostname: string) => string | null;

/**
 * Options as the channel takes them. Throws `invalid_request` with what is wrong where, and `forbidden_address` when
 * they lead where nothing may be sent.
 */
export function readOptions(kind: ChannelKind, given: Options, refuse: RefuseHost): SplitOptions {
  const channel = channelOf(kind);
  const parsed = channel.options.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = ['options', ...(issue?.path ?? [])].join('.');
    throw new AppError('invalid_request', `${field}: ${issue?.message ?? 'is not valid'}`, {
      details: { field, issues: z.flattenError(parsed.error).fieldErrors },
    });
  }
  for (const address of channel.addresses(parsed.data)) assertAllowed(address, refuse);
  return split(kind, parsed.data);
}

/** Options taken apart: secrets are sealed. */
export function split(kind: ChannelKind, options: Options): SplitOptions {
  const secrets = new Set(channelOf(kind).secrets);
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    open: Object.fromEntries(entries.filter(([name]) => !secrets.has(name))),
    secret: Object.fromEntries(entries.filter(([name]) => secrets.has(name))),
  };
}

/** Options as people may see them: secrets only as `true` where they are set. */
export function shownOptions(
  kind: ChannelKind,
  open: Options,
  hasSecrets: (name: string) => boolean,
): Options {
  const secrets = channelOf(kind).secrets.filter(hasSecrets);
  return { ...open, ...Object.fromEntries(secrets.map((name) => [name, true])) };
}

/**
 * Options after a change: those that are not secret are replaced as a whole; secrets stay when they are left out (or
 * `true`, as they are shown), and go when they are null. Throws `invalid_request` when the receiver is another one
 * and stored secrets would go to it.
 */
export function changedOptions(kind: ChannelKind, before: SplitOptions, change: Options): Options {
  const secrets = channelOf(kind).secrets;
  const kept = Object.entries(before.secret).filter(
    ([name]) => change[name] === undefined || change[name] === true,
  );
  const given = Object.entries(change).filter(
    ([name, value]) => value !== null && !(secrets.includes(name) && value === true),
  );
  const after = { ...Object.fromEntries(given), ...Object.fromEntries(kept) };
  const [field] = kept.map(([name]) => name);
  if (
    field !== undefined &&
    receiver(kind, after) !== receiver(kind, { ...before.open, ...before.secret })
  ) {
    throw new AppError(
      'invalid_request',
      `The address leads to another receiver: enter ${kept.map(([name]) => name).join(', ')} for it again.`,
      { details: { field: `options.${field}` } },
    );
  }
  return after;
}

function receiver(kind: ChannelKind, options: Options): string {
  const channel = channelOf(kind);
  const parsed = channel.options.safeParse(options);
  if (!parsed.success) return '';
  return channel.addresses(parsed.data).map(originOf).join(' ');
}

function originOf(address: Address): string {
  return 'url' in address ? (URL.parse(address.url)?.origin ?? '') : address.host.toLowerCase();
}

function assertAllowed(address: Address, refuse: RefuseHost): void {
  const field = `options.${address.field}`;
  const url = 'url' in address ? URL.parse(address.url) : hostUrl(address.host);
  if (url === null || url.hostname === '' || url.username !== '' || url.password !== '') {
    throw new AppError(
      'invalid_request',
      `${field} must be ${'url' in address ? 'a URL without user name' : 'the name or address of a host'}.`,
      { details: { field } },
    );
  }
  const reason = refuse(url.hostname);
  if (reason === null) return;
  throw new AppError(
    'forbidden_address',
    `${url.hostname} leads to ${reason}, where channels must not send.`,
    { details: { field, host: url.hostname, reason } },
  );
}

/** Mail servers are hosts without a scheme; IPv6 addresses stand without brackets. */
function hostUrl(host: string): URL | null {
  if (/[/?#@\s]/.test(host)) return null;
  return URL.parse(
    `smtp-host://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}`,
  );
}
