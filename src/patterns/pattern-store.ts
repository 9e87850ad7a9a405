import { contentId } from '../core/ids.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText, storableText } from '../store/values.ts';
import type { Miner, Template } from './miner.ts';
import type { Hour } from './read-hour.ts';
import type { FormTally } from './tally-hour.ts';
import { partsOf, restoreTokens, type StoredToken, storeTokens } from './template.ts';

/** The id of a form in a project: the same form has the same id always. */
export function formId(projectId: string, key: string): string {
  return contentId(0, projectId, key);
}

interface FormRow {
  readonly id: string;
  readonly pattern_id: string;
  readonly tokens: StoredToken[];
  readonly first_seen: Date;
  readonly n: number;
  readonly last_seen: Date | null;
}

/** The forms of a project in the order in which they came, with their calls of the last 30 days before `now`. */
export async function loadForms(db: Queryable, projectId: string, now: Date): Promise<Template[]> {
  const rows = await db.query<FormRow>(
    `select p.id, p.pattern_id, p.tokens, p.first_seen, coalesce(r.n, 0)::bigint as n, r.last_seen
     from patterns p
     left join (
       select form_id, sum((select sum(c) from unnest(counts) c))::bigint as n, max(at) as last_seen
       from pattern_rollups
       where project_id = $1 and grain = 'day' and at > $2::timestamptz - interval '30 days'
       group by form_id
     ) r on r.form_id = p.id
     where p.project_id = $1 order by p.first_seen, p.id`,
    [projectId, now],
  );
  return rows.map((row) => ({
    id: row.id,
    tokens: restoreTokens(row.tokens),
    firstSeenMs: row.first_seen.getTime(),
    patternId: row.pattern_id,
    n: row.n,
    lastSeenMs: (row.last_seen ?? row.first_seen).getTime(),
  }));
}

/** Stores forms that are new or belong to another pattern now, and forgets those that were given up. */
export async function storeForms(
  tx: Queryable,
  projectId: string,
  { miner, stored }: { readonly miner: Miner; readonly stored: Map<string, string> },
): Promise<void> {
  const templates = miner.templates();
  const changed = templates.filter(({ id, patternId }) => stored.get(id) !== patternId);
  const gone = [...stored.keys()].filter((id) => !miner.has(id));
  if (changed.length > 0) {
    const rows = changed.map(({ id, patternId, tokens, firstSeenMs }) => ({
      ...{ id, pattern_id: patternId, tokens: storeTokens(tokens) },
      shown: storableText(shownText(tokens)),
      first_seen: new Date(firstSeenMs).toISOString(),
    }));
    await tx.query(
      `insert into patterns (project_id, id, pattern_id, tokens, shown, first_seen)
       select $1, id, pattern_id, tokens, shown, first_seen
       from jsonb_to_recordset($2::text::jsonb)
         as r(id uuid, pattern_id uuid, tokens jsonb, shown text, first_seen timestamptz)
       on conflict (project_id, id) do update set pattern_id = excluded.pattern_id`,
      [projectId, jsonText(rows)],
    );
  }
  if (gone.length > 0) {
    await tx.query('delete from patterns where project_id = $1 and id = any($2::uuid[])', [
      projectId,
      gone,
    ]);
  }
}

function shownText(tokens: Template['tokens']): string {
  return partsOf(tokens)
    .map((part) => ('text' in part ? part.text : ''))
    .join('');
}

/** Puts what was counted in the place of what was there for this hour, and makes the day's sums again. */
export async function storeHour(
  tx: Queryable,
  hour: Hour & { readonly fingerprint: string },
  forms: ReadonlyMap<string, FormTally>,
): Promise<void> {
  const { projectId, at, fingerprint } = hour;
  const key = [projectId, at];
  await tx.query(
    `delete from pattern_rollups where project_id = $1 and grain = 'hour' and at = $2`,
    key,
  );
  const rows = [...forms].map(([form, { counts, examples }]) => ({
    ...{ form, counts, examples: examples.length === 0 ? null : examples },
  }));
  await tx.query(
    `insert into pattern_rollups (project_id, grain, at, form_id, counts, examples)
     select $1, 'hour', $2, form, counts, examples
     from jsonb_to_recordset($3::text::jsonb) as r(form uuid, counts bigint[], examples jsonb)`,
    [...key, jsonText(rows)],
  );
  await tx.query(
    `delete from pattern_rollups where project_id = $1 and grain = 'day' and at = date_trunc('day', $2::timestamptz, 'UTC')`,
    key,
  );
  await tx.query(
    `insert into pattern_rollups (project_id, grain, at, form_id, counts)
     select $1, 'day', date_trunc('day', $2::timestamptz, 'UTC'), form_id,
       array[${Array.from({ length: 18 }, (_, place) => `sum(counts[${place + 1}])`).join(', ')}]::bigint[]
     from pattern_rollups
     where project_id = $1 and grain = 'hour' and at >= date_trunc('day', $2::timestamptz, 'UTC')
       and at < date_trunc('day', $2::timestamptz, 'UTC') + interval '24 hours'
     group by form_id`,
    key,
  );
  await tx.query(
    `insert into pattern_hours (project_id, at, fingerprint) values ($1, $2, $3)
     on conflict (project_id, at) do update set fingerprint = excluded.fingerprint`,
    [...key, fingerprint],
  );
}
