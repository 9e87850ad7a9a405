import type { Rule, RuleFile, RuleImport, RuleImportReply } from '../contract/rules.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import {
  type Asker,
  assertUsable,
  changedFields,
  definitionOf,
  insertRule,
  lockRules,
  type RuleDeps,
  rulesByName,
  writeVersion,
} from './manage-rules.ts';

/** All rules of a project as a file, in the order of their names. */
export async function exportRules(db: Queryable, projectId: string): Promise<RuleFile> {
  const rules = [...(await rulesByName(db, projectId)).values()];
  return {
    format: 'lqo.rules',
    version: 1,
    rules: rules.map(definitionOf).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/**
 * Brings a file's rules in, all or nothing: rules of the same name get a new version where they differ. Answers what
 * changed, or with `dryRun` what would. Throws like `createRule`, naming the rule that cannot be taken.
 */
export async function importRules(
  deps: RuleDeps,
  asker: Asker,
  given: RuleImport,
): Promise<RuleImportReply> {
  const { rules } = given.file;
  assertDistinct(rules.map(({ name }) => name));
  for (const definition of rules) assertEach(deps, definition);
  let tried: RuleImportReply | null = null;
  try {
    return await deps.database.transaction(async (tx) => {
      await lockRules(tx, asker.projectId);
      const plan = planOf(await rulesByName(tx, asker.projectId), given);
      await carryOut(deps, tx, { asker, plan });
      const reply = replyOf(plan, given.dryRun);
      // A dry run meets every refusal that the real one would, and then takes all of it back.
      if (given.dryRun) {
        tried = reply;
        throw new Error('dry run');
      }
      const { created, changed, removed } = reply;
      const details = { created, changed, removed };
      await deps.recordDeed(tx, { ...asker, action: 'rules.imported', target: 'rules', details });
      return reply;
    });
  } catch (thrown) {
    if (tried !== null) return tried;
    throw thrown;
  }
}

function assertDistinct(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new AppError('invalid_request', `The file has two rules named "${twice}".`);
}

function assertEach(deps: RuleDeps, definition: RuleFile['rules'][number]): void {
  try {
    assertUsable(deps, definition);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new AppError(thrown.code, `${definition.name}: ${thrown.message}`, {
      details: thrown.details,
    });
  }
}

type Definition = RuleFile['rules'][number];

interface Plan {
  readonly created: readonly Definition[];
  readonly changed: readonly { before: Rule; definition: Definition; fields: string[] }[];
  readonly unchanged: readonly string[];
  readonly removed: readonly Rule[];
}

function planOf(existing: ReadonlyMap<string, Rule>, { file, mode }: RuleImport): Plan {
  const pairs = file.rules.map((definition) => ({
    definition,
    before: existing.get(definition.name) ?? null,
  }));
  const kept = pairs.flatMap(({ before, definition }) =>
    before === null
      ? []
      : [{ before, definition, fields: changedFields(definitionOf(before), definition) }],
  );
  const names = new Set(file.rules.map(({ name }) => name));
  return {
    created: pairs.flatMap(({ before, definition }) => (before === null ? [definition] : [])),
    changed: kept.filter(({ fields }) => fields.length > 0),
    unchanged: kept.filter(({ fields }) => fields.length === 0).map(({ before }) => before.name),
    removed:
      mode === 'replace' ? [...existing.values()].filter(({ name }) => !names.has(name)) : [],
  };
}

function replyOf({ created, changed, unchanged, removed }: Plan, dryRun: boolean): RuleImportReply {
  return {
    dryRun,
    created: created.map(({ name }) => name),
    changed: changed.map(({ before, fields }) => ({ name: before.name, fields })),
    unchanged: [...unchanged],
    removed: removed.map(({ name }) => name),
  };
}

async function carryOut(
  deps: RuleDeps,
  tx: Queryable,
  { asker, plan }: { readonly asker: Asker; readonly plan: Plan },
): Promise<void> {
  // First what goes, so that its names and scores are free.
  await tx.query('delete from custom_rules where project_id = $1 and id = any($2::uuid[])', [
    asker.projectId,
    plan.removed.map(({ id }) => id),
  ]);
  for (const { before, definition } of plan.changed) {
    await writeVersion(deps, tx, { asker, before, definition, deed: 'imported' });
  }
  for (const definition of plan.created) {
    await insertRule(deps, tx, { asker, definition, deed: 'imported' });
  }
}
