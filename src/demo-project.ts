import { z } from 'zod';
import { ensureProject } from './access/projects.ts';
import type { Parts } from './app.ts';
import { generateDemoTraffic } from './ingest/demo-traffic.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;
const PER_DAY = 600;
const SEED = 20_261_121;
const SETTING = 'demo-traffic';
/** Records in flight to the spool at a time. */
const STEP = 250;

const Filling = z.object({
  projectId: z.string(),
  from: z.number(),
  to: z.number(),
  done: z.boolean(),
});
type Filling = z.infer<typeof Filling>;

/**
 * Makes the project `demo` with a week of generated traffic; answers how many records were added, 0 when it
 * is there already. Interrupted half-way it is completed by the next call: the same span makes the same
 * records, and those that are stored are not stored again.
 */
export async function fillDemoProject(parts: Parts, signal: AbortSignal): Promise<number> {
  const { store, access, spool, clock } = parts;
  const project = await ensureProject(store.database, parts, {
    slug: 'demo',
    name: 'Demo',
    isDemo: true,
  });
  await access.refresh();
  const filling = await readFilling(parts, project.id);
  if (filling?.done === true) return 0;
  const to = filling?.to ?? clock.now();
  const span = { projectId: project.id, from: filling?.from ?? to - DAYS * DAY_MS, to };
  await saveFilling(parts, { ...span, done: false });
  let added = 0;
  let waiting: Promise<unknown>[] = [];
  const records = generateDemoTraffic({
    projectId: project.id,
    from: new Date(span.from),
    to: new Date(span.to),
    seed: SEED,
    perDay: PER_DAY,
  });
  for (const record of records) {
    waiting.push(spool.append(record));
    added += 1;
    if (waiting.length < STEP) continue;
    await Promise.all(waiting);
    signal.throwIfAborted();
    waiting = [];
  }
  await Promise.all(waiting);
  await saveFilling(parts, { ...span, done: true });
  return added;
}

/** How far the project was filled; null for a project that was made anew. */
async function readFilling({ store }: Parts, projectId: string): Promise<Filling | null> {
  const rows = await store.database.query<{ value: unknown }>(
    'select value from settings where name = $1',
    [SETTING],
  );
  const filling = Filling.safeParse(rows[0]?.value);
  return filling.success && filling.data.projectId === projectId ? filling.data : null;
}

async function saveFilling({ store }: Parts, filling: Filling): Promise<void> {
  await store.database.query(
    `insert into settings (name, value) values ($1, $2::jsonb)
     on conflict (name) do update set value = excluded.value, updated_at = now()`,
    [SETTING, JSON.stringify(filling)],
  );
}
