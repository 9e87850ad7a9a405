import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { startHousekeeping } from './housekeeping.ts';
import { openDatabaseFolder } from './pglite-folder.ts';
import { createPgliteServer } from './pglite-server.ts';

/** What the thread is told. */
export type ThreadOrder =
  | { readonly kind: 'serve'; readonly port: MessagePort }
  | { readonly kind: 'close' };

/** What the thread tells. */
export type ThreadNews =
  | { readonly kind: 'ready' }
  /** The database stopped by itself; it is started again until that succeeds. */
  | { readonly kind: 'stopped'; readonly message: string }
  | { readonly kind: 'recovered' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | { readonly kind: 'closed' };

export interface ThreadData {
  readonly folder: string;
}

function tell(news: ThreadNews): void {
  parentPort?.postMessage(news);
}

async function run({ folder }: ThreadData): Promise<void> {
  let engine = await openDatabaseFolder(folder);
  const server = createPgliteServer(engine.pg, {
    reopen: async () => {
      engine.discard();
      engine = await openDatabaseFolder(folder);
      return engine.pg;
    },
    onStopped: ({ message }) => tell({ kind: 'stopped', message }),
    onRecovered: () => tell({ kind: 'recovered' }),
  });
  const housekeeping = startHousekeeping(server);
  parentPort?.on('message', (order: ThreadOrder) => {
    if (order.kind === 'serve') {
      server.serve(order.port);
      return;
    }
    housekeeping.stop();
    server.close().then(
      () => {
        tell({ kind: 'closed' });
        parentPort?.close();
      },
      (error: unknown) => fail(error),
    );
  });
  tell({ kind: 'ready' });
}

function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  tell({ kind: 'failed', name, message });
}

run(workerData).catch(fail);
