import { type Rule, type RuleChange, RuleDefinition } from '../contract/rules.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { compileRule, scoreNameOf } from './compiled-rule.ts';

export interface RuleDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Scores that rules may not be named for: those that evaluators give. */
  readonly takenScores: ReadonlySet<string>;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
}

/** Who asks, and in which project. */
export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

export const MAX_RULES = 200;
const MAX_VERSIONS = 1_000;
const MAX_CHARACTERS = 100_000;

interface RuleRow {
  readonly id: string;
  readonly version: number;
  readonly definition: RuleDefinition;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly updated_by: string;
}

const COLUMNS = 'id, version, definition, created_at, updated_at, updated_by';

/** A page of a project's rules, newest first; `before` is the id of the last one of the page before. */
export async function listRules(
  db: Queryable,
  of: { projectId: string; before: string | null; limit: number },
): Promise<Rule[]> {
  const rows = await db.query<RuleRow>(
    `select ${COLUMNS} from custom_rules
     where project_id = $1 and ($2::uuid is null or id < $2::uuid) order by id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return rows.map(toRule);
}

/** One rule. Throws `not_found`. */
export async function findRule(
  db: Queryable,
  of: { projectId: string; id: string },
): Promise<Rule> {
  const [row] = await db.query<RuleRow>(
    `select ${COLUMNS} from custom_rules where project_id = $1 and id = $2`,
    [of.projectId, of.id],
  );
  if (row === undefined) throw notFound();
  return toRule(row);
}

/** Every rule of a project by its name; at most {@link MAX_RULES}. */
export async function rulesByName(db: Queryable, projectId: string): Promise<Map<string, Rule>> {
  const rules = await listRules(db, { projectId, before: null, limit: MAX_RULES });
  return new Map(rules.map((rule) => [rule.name, rule]));
}

/** Adds a rule. Throws `invalid_request` for a condition that is none and `conflict` for a name or score that is taken. */
export async function createRule(
  deps: RuleDeps,
  asker: Asker,
  definition: RuleDefinition,
): Promise<Rule> {
  assertUsable(deps, definition);
  return deps.database.transaction(async (tx) => {
    await lockRules(tx, asker.projectId);
    const rule = await insertRule(deps, tx, { asker, definition, deed: 'created' });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'rule.created',
      target: rule.id,
      details: { ...definition },
    });
    return rule;
  });
}

/** Changes what is given, as a new version. Throws `not_found`, and like {@link createRule}. */
export async function changeRule(
  deps: RuleDeps,
  asker: Asker,
  { id, change }: { readonly id: string; readonly change: RuleChange },
): Promise<Rule> {
  return deps.database.transaction(async (tx) => {
    await lockRules(tx, asker.projectId);
    const before = await findRule(tx, { projectId: asker.projectId, id });
    const definition = RuleDefinition.parse({ ...definitionOf(before), ...change });
    assertUsable(deps, definition);
    return writeVersion(deps, tx, { asker, before, definition, deed: 'changed' });
  });
}

/** Makes an earlier version the newest again. Throws `not_found`, and `conflict` when its name is another rule's now. */
export async function restoreRule(
  deps: RuleDeps,
  asker: Asker,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<Rule> {
  return deps.database.transaction(async (tx) => {
    await lockRules(tx, asker.projectId);
    const before = await findRule(tx, { projectId: asker.projectId, id });
    const [row] = await tx.query<{ definition: unknown }>(
      'select definition from custom_rule_versions where project_id = $1 and rule_id = $2 and version = $3',
      [asker.projectId, id, version],
    );
    if (row === undefined) throw new AppError('not_found', 'The rule has no such version.');
    const definition = RuleDefinition.parse(row.definition);
    assertUsable(deps, definition);
    return writeVersion(deps, tx, { asker, before, definition, deed: 'restored' });
  });
}

/** Removes a rule with its versions; the scores it gave stay. Throws `not_found`. */
export async function removeRule(deps: RuleDeps, asker: Asker, id: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<{ name: string }>(
      'delete from custom_rules where project_id = $1 and id = $2 returning name',
      [asker.projectId, id],
    );
    if (row === undefined) throw notFound();
    await deps.recordDeed(tx, {
      ...asker,
      action: 'rule.deleted',
      target: id,
      details: { ...row },
    });
  });
}

export type RuleDeed = 'created' | 'changed' | 'restored' | 'imported';

/** Writes a new rule; the caller holds the lock of the project's rules. */
export async function insertRule(
  deps: RuleDeps,
  tx: Queryable,
  given: { readonly asker: Asker; readonly definition: RuleDefinition; readonly deed: RuleDeed },
): Promise<Rule> {
  const { asker, definition, deed } = given;
  const id = deps.newId();
  const others = await rulesByName(tx, asker.projectId);
  if (others.size >= MAX_RULES) {
    throw new AppError('conflict', `A project can have ${MAX_RULES} rules.`);
  }
  assertFree([...others.values()], definition);
  const [row] = await tx.query<RuleRow>(
    `insert into custom_rules (id, project_id, name, version, definition, created_at, updated_at, updated_by)
     values ($1, $2, $3, 1, $4::text::jsonb, $5, $5, $6) returning ${COLUMNS}`,
    [
      id,
      asker.projectId,
      definition.name,
      jsonText(definition),
      new Date(deps.clock.now()),
      asker.actor,
    ],
  );
  if (row === undefined) throw new Error('nothing was inserted');
  await noteVersion(tx, { ...row, projectId: asker.projectId, deed });
  return toRule(row);
}

/** Writes a new version of a rule when anything differs; the caller holds the lock of the project's rules. */
export async function writeVersion(
  deps: RuleDeps,
  tx: Queryable,
  given: {
    readonly asker: Asker;
    readonly before: Rule;
    readonly definition: RuleDefinition;
    readonly deed: RuleDeed;
  },
): Promise<Rule> {
  const { asker, before, definition, deed } = given;
  const changed = changedFields(definitionOf(before), definition);
  if (changed.length === 0) return before;
  if (before.version >= MAX_VERSIONS) {
    throw new AppError('conflict', `A rule can have ${MAX_VERSIONS} versions.`);
  }
  const others = await rulesByName(tx, asker.projectId);
  assertFree(
    [...others.values()].filter(({ id }) => id !== before.id),
    definition,
  );
  const [row] = await tx.query<RuleRow>(
    `update custom_rules set name = $3, version = version + 1, definition = $4::text::jsonb,
       updated_at = $5, updated_by = $6
     where project_id = $1 and id = $2 returning ${COLUMNS}`,
    [
      asker.projectId,
      before.id,
      definition.name,
      jsonText(definition),
      new Date(deps.clock.now()),
      asker.actor,
    ],
  );
  if (row === undefined) throw notFound();
  await noteVersion(tx, { ...row, projectId: asker.projectId, deed });
  const details = { version: row.version, changed, enabled: definition.enabled };
  await deps.recordDeed(tx, { ...asker, action: `rule.${deed}`, target: before.id, details });
  return toRule(row);
}

/** One writer of a project's rules at a time, so that names and numbers stay right. */
export async function lockRules(tx: Queryable, projectId: string): Promise<void> {
  await tx.query('select id from projects where id = $1 for update', [projectId]);
}

async function noteVersion(
  tx: Queryable,
  row: RuleRow & { readonly projectId: string; readonly deed: RuleDeed },
): Promise<void> {
  await tx.query(
    `insert into custom_rule_versions
       (rule_id, project_id, version, definition, deed, created_at, created_by)
     values ($1, $2, $3, $4::text::jsonb, $5, $6, $7)`,
    [
      row.id,
      row.projectId,
      row.version,
      jsonText(row.definition),
      row.deed,
      row.updated_at,
      row.updated_by,
    ],
  );
}

/** Throws `invalid_request` with every problem and its place in the condition. */
export function assertUsable({ takenScores }: RuleDeps, definition: RuleDefinition): void {
  if (JSON.stringify(definition).length > MAX_CHARACTERS) {
    throw new AppError('invalid_request', `A rule can have ${MAX_CHARACTERS} characters.`);
  }
  const { scoreName } = definition;
  if (scoreName !== null && takenScores.has(scoreName)) {
    throw new AppError('invalid_request', `The score "${scoreName}" is given by an evaluator.`);
  }
  const compiled = compileRule(definition);
  if (!('problems' in compiled)) return;
  const [first] = compiled.problems;
  const place = first?.path === '' ? 'condition' : `condition.${first?.path}`;
  throw new AppError('invalid_request', `${place}: ${first?.message ?? 'is none'}.`, {
    details: { problems: compiled.problems },
  });
}

function assertFree(others: readonly Rule[], definition: RuleDefinition): void {
  const score = scoreNameOf(definition);
  for (const other of others) {
    if (other.name === definition.name) {
      throw new AppError('conflict', `There is a rule named "${other.name}" already.`);
    }
    if (other.score === score) {
      throw new AppError(
        'conflict',
        `The rule "${other.name}" gives the score "${score}" already.`,
      );
    }
  }
}

/** What a rule says, without what is known of it. */
export function definitionOf(rule: Rule): RuleDefinition {
  const {
    id: _id,
    version: _v,
    score: _s,
    createdAt: _c,
    updatedAt: _u,
    updatedBy: _b,
    ...rest
  } = rule;
  return rest;
}

/** The fields in which two definitions differ. */
export function changedFields(before: RuleDefinition, after: RuleDefinition): string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([key, value]) => canonical(old.get(key)) !== canonical(value))
    .map(([key]) => key);
}

/** JSON text in which the order of keys makes no difference: databases keep none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such rule.');
}

function toRule(row: RuleRow): Rule {
  const definition = RuleDefinition.parse(row.definition);
  return {
    ...definition,
    id: row.id,
    version: row.version,
    score: scoreNameOf(definition),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
