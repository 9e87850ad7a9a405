import type { MessagePort, Worker as Thread } from 'node:worker_threads';

/** One end of a two-way line between threads or processes. Messages arrive in order, or not at all. */
export interface Line {
  send(message: object): void;
  onMessage(receive: (message: unknown) => void): void;
  /** Called once, when the other end is gone. */
  onEnd(ended: (error: Error) => void): void;
}

/** The line to a thread that we started. */
export function lineToThread(thread: Thread): Line {
  return {
    send: (message) => thread.postMessage(message),
    onMessage: (receive) => thread.on('message', receive),
    onEnd(ended): void {
      thread.on('error', (error) =>
        ended(error instanceof Error ? error : new Error(String(error))),
      );
      thread.on('exit', () => ended(new Error('The thread has ended')));
    },
  };
}

/** The line of a thread to the one that started it. */
export function lineOfPort(port: MessagePort): Line {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (receive) => port.on('message', receive),
    onEnd: (ended) => port.on('close', () => ended(new Error('The thread has ended'))),
  };
}

/** What this process and a child process (or its parent) have in common for messages. */
interface Peer {
  readonly connected?: boolean;
  // Node's own signature: the message first, the callback last.
  send?(message: object, sent?: (error: Error | null) => void): boolean;
  on(event: 'message', receive: (message: unknown) => void): unknown;
  on(event: 'disconnect', ended: () => void): unknown;
}

/** The line between a process and its child, seen from either side. */
export function lineToProcess(peer: Peer): Line {
  return {
    send(message): void {
      // A peer that is gone has ended the line by its `disconnect`; there is nobody left to tell.
      if (peer.connected !== false) peer.send?.(message, () => undefined);
    },
    onMessage(receive): void {
      peer.on('message', receive);
    },
    onEnd(ended): void {
      peer.on('disconnect', () => ended(new Error('The process has ended')));
    },
  };
}
