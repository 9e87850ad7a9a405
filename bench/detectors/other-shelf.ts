import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Evaluator } from '../../src/evaluators/define-evaluator.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The shelf and what it may import. */
const ROOMS = ['evaluators', 'core', 'contract', 'statistics'];
const SHIPPED = 'evaluators/models/shipped';

/** Calls `use` with the whole shelf as it is, but for the files of models in `models`. */
export async function withOtherShelf<T>(
  models: string,
  use: (shelf: readonly Evaluator[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-shelf-'));
  try {
    for (const room of ROOMS) {
      cpSync(join(ROOT, 'src', room), join(folder, 'src', room), { recursive: true });
    }
    cpSync(models, join(folder, 'src', SHIPPED), { recursive: true, force: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const url = pathToFileURL(join(folder, 'src/evaluators/index.ts')).href;
    const { EVALUATORS } = (await import(url)) as { EVALUATORS: readonly Evaluator[] };
    return await use(EVALUATORS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
