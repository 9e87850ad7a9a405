import type { MessagePort, Worker } from 'node:worker_threads';
import { AppError, asError, type ErrorCode } from '../core/errors.ts';

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

/** Calls into another thread; rejects with the error that was thrown there, or when the thread has ended. */
export interface ThreadCaller {
  call(name: string, payload?: unknown): Promise<unknown>;
}

/** Makes calls to `worker`, which answers them with `serveCalls`. */
export function createThreadCaller(worker: Worker): ThreadCaller {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  let ended: Error | null = null;
  worker.on('message', (message: ReplyMessage) => {
    const caller = waiting.get(message.reply);
    if (caller === undefined) return;
    waiting.delete(message.reply);
    if (message.error === undefined) caller.resolve(message.value);
    else caller.reject(revive(message.error));
  });
  const end = (error: Error): void => {
    ended = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => end(ended ?? new Error('The background thread has ended')));
  return {
    call(name, payload): Promise<unknown> {
      if (ended !== null) return Promise.reject(ended);
      const call = ++next;
      return new Promise((resolve, reject) => {
        waiting.set(call, { resolve, reject });
        worker.postMessage({ call, name, payload } satisfies CallMessage);
      });
    },
  };
}

/** Answers calls that arrive at `port`. */
export function serveCalls(port: MessagePort, handlers: Handlers): void {
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
  port.on('message', (message: CallMessage) => {
    void answer(message).then((reply) => port.postMessage(reply));
  });
}

function revive({ code, message, stack }: NonNullable<ReplyMessage['error']>): Error {
  const error = code === null ? new Error(message) : new AppError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
