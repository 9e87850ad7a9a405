import type { z } from 'zod';
import type { ChannelKind } from '../contract/channels.ts';
import type { Clock } from '../core/clock.ts';
import type { Message, MessageSetting } from './message.ts';

/** What a channel may use of the world; addresses are guarded by whoever gives it. */
export interface ChannelTools {
  /** A POST whose address was resolved and checked; never follows redirects. Rejects when nobody answers in time. */
  post(request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly timeoutMs: number;
  }): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The first kilobytes. */
    readonly body: string;
  }>;
  /** Hands a mail to an SMTP server. */
  sendMail(mail: Mail, server: SmtpServer): Promise<void>;
  readonly clock: Clock;
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `starttls` and `tls` refuse to go on without; `none` is for a relay on this machine. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string | null;
  readonly password: string | null;
}

export type Address =
  | { readonly field: string; readonly url: string }
  | { readonly field: string; readonly host: string };

/** A notification target: one file on the shelf. */
export interface Channel<Options extends z.ZodObject = z.ZodObject> {
  readonly kind: ChannelKind;
  readonly title: string;
  readonly options: Options;
  /** Names of options that are kept encrypted and never shown. */
  readonly secrets: readonly string[];
  /** Receivers that wake people take alerts and tests, and no reports. */
  readonly tells: 'everything' | 'alerts';
  /** Where options lead, to be checked before anything is sent: URLs, or hosts of mail servers. */
  addresses(options: z.output<Options>): readonly Address[];
  /** Rejects with `ChannelError`; anything else is taken for a passing failure. */
  send(
    message: Message,
    options: z.output<Options>,
    context: { readonly setting: MessageSetting; readonly tools: ChannelTools },
  ): Promise<void>;
}

/** The receiver did not take the message. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  /** Whether trying again can help: not for a wrong address or credentials, or a message it will never take. */
  readonly retryable: boolean;
  /** What the receiver asked for (429, 503); null when it did not. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { retryable: boolean; retryAfterMs?: number | null }) {
    super(message);
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
