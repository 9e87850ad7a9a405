import { recountRetrievals } from '../src/analytics/roll-up-retrievals.ts';
import { createMiner } from '../src/patterns/miner.ts';
import { formId, storeForms } from '../src/patterns/pattern-store.ts';
import type { Database } from '../src/store/database.ts';

const DAY_MS = 86_400_000;
const FORMS = 1000;
const ALPHABET = 'bcdfghjklmnprstvwz';

export interface PatternTraffic {
  readonly projectId: string;
  readonly nowMs: number;
  readonly days: number;
  readonly rows: number;
}

/**
 * Roll-ups of a thousand forms of prompts (as many in each hour as there are calls for, at most five hundred), and
 * retrieval spans for a third of the calls, counted by the code that counts deleted ones again.
 */
export async function fillWithPatterns(database: Database, traffic: PatternTraffic): Promise<void> {
  const { projectId, nowMs, days, rows } = traffic;
  const miner = createMiner({ idOf: (key) => formId(projectId, key) });
  for (let form = 0; form < FORMS; form += 1) {
    miner.take(
      `How do I ${word(form)} the ${word(form * 31 + 7)} of my ${word(form * 77 + 3)}`,
      nowMs,
    );
  }
  await database.transaction((tx) => storeForms(tx, projectId, { miner, stored: new Map() }));
  const first = Math.floor(nowMs / DAY_MS) - days + 1;
  const perHour = Math.min(500, Math.ceil(rows / days / 24));
  for (let day = first; day < first + days; day += 1) {
    const from = new Date(day * DAY_MS);
    await database.query(HOURS, [projectId, from, perHour]);
    await database.query(DAYS, [projectId, from]);
    await database.query(SPANS, [projectId, from, Math.ceil(rows / days / 3)]);
    await database.transaction((tx) => recountRetrievals(tx, [{ projectId, at: from }]));
  }
}

function word(seed: number): string {
  let rest = (seed + 1) * 2_654_435_761;
  return Array.from({ length: 7 }, () => {
    const letter = ALPHABET[rest % ALPHABET.length] ?? 'x';
    rest = Math.floor(rest / 7) + seed * 13;
    return letter;
  }).join('');
}

const HOURS = `
insert into pattern_rollups (project_id, grain, at, form_id, counts)
select $1::uuid, 'hour', h.at, p.id, array[0,1,0, 0,8,1, 0,2,0, 0,0,0, 0,0,0, 0,0,1]::bigint[]
from generate_series($2::timestamptz, $2::timestamptz + interval '23 hours', interval '1 hour') as h(at)
cross join lateral (
  select id from patterns where project_id = $1 order by hashtext(id::text || h.at::text) limit $3::int
) p`;

const DAYS = `
insert into pattern_rollups (project_id, grain, at, form_id, counts)
select project_id, 'day', $2::timestamptz, form_id, array[0,count(*),0, 0,8*count(*),count(*), 0,2*count(*),0,
  0,0,0, 0,0,0, 0,0,count(*)]::bigint[]
from pattern_rollups
where project_id = $1 and grain = 'hour' and at >= $2::timestamptz and at < $2::timestamptz + interval '1 day'
group by project_id, form_id`;

const SPANS = `
insert into spans (id, project_id, created_at, kind, name, duration_ms, status, attributes)
select gen_random_uuid(), $1::uuid, $2::timestamptz + make_interval(secs => 86400.0 * n / $3::int), 'retrieval',
  'rag.retrieve', 20 + n % 300, 'success', jsonb_build_object('query', 'query ' || n % 5000, 'hits', n % 6,
    'rerank_enabled', n % 2 = 0, 'documents', jsonb_build_array(jsonb_build_object('score', (n % 100) / 100.0)))
from generate_series(0, $3::int - 1) as n`;
