import type { z } from 'zod';
import type {
  Rule,
  RuleChange,
  RuleDefinition,
  RuleFile,
  RuleImport,
  RuleImportReply,
  RuleTrial,
  RuleTrialReply,
  RuleVersion,
} from '../../contract/rules.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const PATH = '/api/v1/rules';
/** More than a project can have. */
const ALL = { limit: 200 };

/** The rules of the project, newest first. */
export function useRules() {
  return useProjectQuery<{ items: Rule[] }>('rules', PATH, { query: ALL });
}

/** The versions of a rule, newest first. */
export function useRuleVersions(id: string, enabled: boolean) {
  return useProjectQuery<{ items: RuleVersion[] }>('rules', `${PATH}/${id}/versions`, {
    query: { limit: 50 },
    enabled,
  });
}

/** Writes a new rule (id null), or a new version of one. */
export function useSaveRule() {
  return useProjectChange<{ id: string | null; body: z.input<typeof RuleDefinition> }, Rule>(
    ['rules'],
    ({ id, body }) =>
      id === null
        ? { method: 'POST', path: PATH, body }
        : { method: 'PATCH', path: `${PATH}/${id}`, body },
  );
}

export function useChangeRule() {
  return useProjectChange<{ id: string; change: RuleChange }, Rule>(
    ['rules'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `${PATH}/${id}`,
      body: change,
    }),
  );
}

export function useRemoveRule() {
  return useProjectChange<string>(['rules'], (id) => ({
    method: 'DELETE',
    path: `${PATH}/${id}`,
  }));
}

export function useRestoreRule() {
  return useProjectChange<{ id: string; version: number }, Rule>(['rules'], ({ id, version }) => ({
    method: 'POST',
    path: `${PATH}/${id}/restore`,
    body: { version },
  }));
}

/** All rules as a file; asked for when it is wanted. */
export function useRuleFile(enabled: boolean) {
  return useProjectQuery<RuleFile>('rules', `${PATH}/export`, { enabled });
}

/** Brings rules in, or tells what that would change. */
export function useImportRules() {
  return useProjectChange<z.input<typeof RuleImport>, RuleImportReply>(['rules'], (body) => ({
    method: 'POST',
    path: `${PATH}/import`,
    body,
  }));
}

/** Tries a rule on the newest interactions in the range of the page. */
export function useTryRule() {
  const { range } = useScope();
  return useProjectChange<z.input<typeof RuleTrial>, RuleTrialReply>([], (trial) => ({
    method: 'POST',
    path: `${PATH}/test`,
    body: { from: range.from, to: range.to, ...trial },
  }));
}
