import type { z } from 'zod';
import type { InteractionPage } from '../../contract/interactions.ts';
import type {
  JudgeFailurePage,
  JudgeSettings,
  JudgesReply,
  PreviewReply,
  PreviewRequest,
  RetriedReply,
  Rubric,
  RubricContent,
  RubricPlan,
  RubricsReply,
  RubricVersionPage,
} from '../../contract/judges.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const EVERY_MS = 5_000;

/** How judges fare today, what they may spend and what waits. */
export function useJudges() {
  return useProjectQuery<JudgesReply>('judges', '/api/v1/judges', { refetchMs: EVERY_MS });
}

export function useRubrics() {
  return useProjectQuery<z.infer<typeof RubricsReply>>('rubrics', '/api/v1/rubrics');
}

/** Versions of a rubric, newest first. */
export function useRubricVersions(name: string) {
  const path = `/api/v1/rubrics/${encodeURIComponent(name)}/versions`;
  return useProjectQuery<z.infer<typeof RubricVersionPage>>('rubrics', path);
}

/** Judgings that failed for good. */
export function useJudgeFailures() {
  return useProjectQuery<z.infer<typeof JudgeFailurePage>>('judges', '/api/v1/judges/failures', {
    refetchMs: EVERY_MS,
  });
}

/** The newest interactions, to try a rubric on. */
export function useRecentInteractions() {
  return useProjectQuery<z.infer<typeof InteractionPage>>('recent', '/api/v1/interactions', {
    query: { limit: 30, status: 'success' },
  });
}

const CHANGED = ['judges', 'rubrics'];

export function useChangeSettings() {
  return useProjectChange<JudgeSettings, JudgesReply>(CHANGED, (body) => ({
    method: 'PUT',
    path: '/api/v1/judges/settings',
    body,
  }));
}

export function useChangePlan() {
  return useProjectChange<{ name: string; plan: RubricPlan }, Rubric>(
    CHANGED,
    ({ name, plan }) => ({
      method: 'PUT',
      path: `/api/v1/rubrics/${encodeURIComponent(name)}/plan`,
      body: plan,
    }),
  );
}

/** A new rubric, or a new version of one. */
export function useSaveRubric() {
  return useProjectChange<{ name: string; isNew: boolean; content: RubricContent }, Rubric>(
    CHANGED,
    ({ name, isNew, content }) => ({
      method: 'POST',
      path: isNew ? '/api/v1/rubrics' : `/api/v1/rubrics/${encodeURIComponent(name)}/versions`,
      body: isNew ? { name, content } : { content },
    }),
  );
}

export function useRemoveRubric() {
  return useProjectChange<string>(CHANGED, (name) => ({
    method: 'DELETE',
    path: `/api/v1/rubrics/${encodeURIComponent(name)}`,
  }));
}

/** Judges some interactions by a draft, or says what that may cost; stores no score. */
export function usePreview() {
  return useProjectChange<z.input<typeof PreviewRequest>, PreviewReply>(['judges'], (body) => ({
    method: 'POST',
    path: '/api/v1/rubrics/preview',
    body,
  }));
}

export function useRetryJudging() {
  return useProjectChange<void, z.infer<typeof RetriedReply>>(CHANGED, () => ({
    method: 'POST',
    path: '/api/v1/judges/failures/retry',
  }));
}
