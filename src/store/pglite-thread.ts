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
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | { readonly kind: 'closed' };

export interface ThreadData {
  readonly folder: string;
}

function tell(news: ThreadNews): void {
  parentPort?.postMessage(news);
}

async function run({ folder }: ThreadData): Promise<void> {
  const { pg } = await openDatabaseFolder(folder);
  const server = createPgliteServer(pg);
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
