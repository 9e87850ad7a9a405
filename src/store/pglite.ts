import { MessageChannel, Worker } from 'node:worker_threads';
import type { Log } from '../core/log.ts';
import type { DatabaseTarget } from './database.ts';
import { connectPglite } from './pglite-client.ts';
import { NotDurableError } from './pglite-engine.ts';
import type { ThreadData, ThreadNews, ThreadOrder } from './pglite-thread.ts';
import type { StoreDatabase } from './sql-database.ts';

/** The embedded database in a thread of its own. */
export interface Pglite {
  readonly database: StoreDatabase;
  /** A way in for one more thread; its port must be listed for transfer. */
  target(): Extract<DatabaseTarget, { kind: 'pglite' }>;
  /** Resolves when the thread ends although nobody asked it to. */
  readonly crashed: Promise<Error>;
  /** Finishes what runs, writes a checkpoint and ends the thread. */
  close(): Promise<void>;
}

const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './pglite-thread.ts' : './pglite-thread.js',
  import.meta.url,
);

/**
 * Starts the thread on a database folder and resolves when it answers. Throws `NotDurableError`
 * when commits would not reach the disk. Who calls must hold the folder's lock.
 */
export async function startPglite(folder: string, log: Log): Promise<Pglite> {
  const workerData: ThreadData = { folder };
  const worker = new Worker(THREAD, { workerData, name: 'lqo-database' });
  const ended = new Promise<Error>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', (code) =>
      resolve(new Error(`the database thread ended with code ${code}`)),
    );
  });
  try {
    await Promise.race([nextNews(worker, 'ready'), ended.then((error) => Promise.reject(error))]);
  } catch (error) {
    await worker.terminate();
    throw error;
  }

  worker.on('message', (news: ThreadNews) => {
    if (news.kind === 'stopped')
      log.error({ reason: news.message }, 'the embedded database stopped');
    if (news.kind === 'recovered') log.info('the embedded database runs again');
  });
  const order = (message: ThreadOrder): void => {
    worker.postMessage(message, message.kind === 'serve' ? [message.port] : []);
  };
  const target = (): Extract<DatabaseTarget, { kind: 'pglite' }> => {
    const { port1, port2 } = new MessageChannel();
    order({ kind: 'serve', port: port1 });
    return { kind: 'pglite', port: port2 };
  };
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    const closed = nextNews(worker, 'closed');
    order({ kind: 'close' });
    await Promise.race([closed, ended]);
    await database.close();
    await worker.terminate();
  };
  const database = connectPglite(target().port);
  return {
    database,
    target,
    crashed: new Promise((resolve) => {
      void ended.then((error) => {
        if (closing === null) resolve(error);
      });
    }),
    close: (): Promise<void> => {
      closing ??= close();
      return closing;
    },
  };
}

function nextNews(worker: Worker, kind: ThreadNews['kind']): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (news: ThreadNews): void => {
      if (news.kind !== kind && news.kind !== 'failed') return;
      worker.off('message', listen);
      if (news.kind === 'failed') reject(failure(news));
      else resolve();
    };
    worker.on('message', listen);
  });
}

function failure(news: Extract<ThreadNews, { kind: 'failed' }>): Error {
  if (news.name === 'NotDurableError') return new NotDurableError(news.message);
  return new Error(`the embedded database does not open: ${news.message}`);
}
