import type { RuleDefinition } from '../contract/rules.ts';
import { readSettingsVersion } from '../evaluation/settings.ts';
import type { Queryable } from '../store/database.ts';
import type { SnapshotHolder } from '../store/keep-fresh.ts';

export interface StoredRule {
  readonly id: string;
  readonly projectId: string;
  readonly version: number;
  readonly definition: RuleDefinition;
}

/** The enabled rules of all projects; plain data, so that it can be posted to other threads. */
export interface RulesSnapshot {
  readonly version: number;
  readonly rules: readonly StoredRule[];
}

const NONE: readonly StoredRule[] = [];

/** Rules in memory, in the order in which they are asked. */
export class RuleDirectory implements SnapshotHolder<RulesSnapshot> {
  #projects = new Map<string, readonly StoredRule[]>();
  #version: number | null = null;

  get version(): number | null {
    return this.#version;
  }

  replace(snapshot: RulesSnapshot): void {
    const byProject = Map.groupBy(snapshot.rules, ({ projectId }) => projectId);
    this.#projects = new Map([...byProject].map(([id, rules]) => [id, rules.toSorted(inOrder)]));
    this.#version = snapshot.version;
  }

  of(projectId: string): readonly StoredRule[] {
    return this.#projects.get(projectId) ?? NONE;
  }
}

/** Highest priority first; among equals by name, so that the order never changes by itself. */
export function inOrder(a: StoredRule, b: StoredRule): number {
  const { priority, name } = a.definition;
  if (priority !== b.definition.priority) return b.definition.priority - priority;
  return name < b.definition.name ? -1 : 1;
}

/** The rules that hold now; they share their version with the settings of evaluators. */
export async function readRulesSnapshot(db: Queryable): Promise<RulesSnapshot> {
  // The version is read first: a change in between is seen at the next look instead of missed.
  const version = await readSettingsVersion(db);
  const rules = await db.query<StoredRule>(
    `select id, project_id as "projectId", version, definition from custom_rules
     where (definition ->> 'enabled')::boolean order by id`,
  );
  return { version, rules };
}
