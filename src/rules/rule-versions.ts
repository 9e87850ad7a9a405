import { RuleDefinition, type RuleVersion } from '../contract/rules.ts';
import type { Queryable } from '../store/database.ts';
import { changedFields, findRule, type RuleDeed } from './manage-rules.ts';

interface VersionRow {
  readonly version: number;
  readonly definition: unknown;
  readonly before: unknown;
  readonly deed: RuleDeed;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** The versions of a rule, newest first, each with what it changed; `before` is the last number of the page before. Throws `not_found`. */
export async function listRuleVersions(
  db: Queryable,
  of: {
    readonly projectId: string;
    readonly id: string;
    readonly before: number | null;
    readonly limit: number;
  },
): Promise<RuleVersion[]> {
  await findRule(db, of);
  const rows = await db.query<VersionRow>(
    `select v.version, v.definition, b.definition as before, v.deed, v.created_at as "createdAt",
       v.created_by as "createdBy"
     from custom_rule_versions v
     left join custom_rule_versions b on b.rule_id = v.rule_id and b.version = v.version - 1
     where v.project_id = $1 and v.rule_id = $2 and ($3::integer is null or v.version < $3)
     order by v.version desc limit $4`,
    [of.projectId, of.id, of.before, of.limit],
  );
  return rows.map(toVersion);
}

function toVersion(row: VersionRow): RuleVersion {
  const definition = RuleDefinition.parse(row.definition);
  const before = row.before === null ? null : RuleDefinition.parse(row.before);
  return {
    version: row.version,
    definition,
    deed: row.deed,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    changed: before === null ? [] : changedFields(before, definition),
  };
}
