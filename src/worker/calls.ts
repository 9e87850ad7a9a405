import { AppError, asError, type ErrorCode } from '../core/errors.ts';
import type { Line } from './lines.ts';

interface CallMessage {
  readonly call: number;
  readonly name: string;
  readonly payload: unknown;
}

interface ReplyMessage {
  readonly reply: number;
  readonly value?: unknown;
  readonly error?: {
    readonly code: ErrorCode | null;
    readonly message: string;
    readonly stack: string | undefined;
  };
}

type Handlers = Readonly<Record<string, (payload: never) => unknown>>;

/** Calls to the other end of a line; rejects with the error that was thrown there, or when that end is gone. */
export interface Caller {
  call(name: string, payload?: unknown): Promise<unknown>;
}

/** Makes calls over a line whose other end answers them with `serveCalls`. */
export function createCaller(line: Line): Caller {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  let ended: Error | null = null;
  line.onMessage((message) => {
    if (!isReply(message)) return;
    const caller = waiting.get(message.reply);
    if (caller === undefined) return;
    waiting.delete(message.reply);
    if (message.error === undefined) caller.resolve(message.value);
    else caller.reject(revive(message.error));
  });
  line.onEnd((error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return {
    call(name, payload): Promise<unknown> {
      if (ended !== null) return Promise.reject(ended);
      const call = ++next;
      return new Promise((resolve, reject) => {
        waiting.set(call, { resolve, reject });
        line.send({ call, name, payload } satisfies CallMessage);
      });
    },
  };
}

/** Answers calls that arrive over a line. */
export function serveCalls(line: Line, handlers: Handlers): void {
  const answer = async ({ call, name, payload }: CallMessage): Promise<ReplyMessage> => {
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`No handler for the call ${name}`);
      return { reply: call, value: await handler(payload as never) };
    } catch (thrown) {
      const error = asError(thrown);
      const code = error instanceof AppError ? error.code : null;
      return { reply: call, error: { code, message: error.message, stack: error.stack } };
    }
  };
  line.onMessage((message) => {
    if (isCall(message)) void answer(message).then((reply) => line.send(reply));
  });
}

function isReply(message: unknown): message is ReplyMessage {
  return typeof message === 'object' && message !== null && 'reply' in message;
}

function isCall(message: unknown): message is CallMessage {
  return typeof message === 'object' && message !== null && 'call' in message;
}

function revive({ code, message, stack }: NonNullable<ReplyMessage['error']>): Error {
  const error = code === null ? new Error(message) : new AppError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
