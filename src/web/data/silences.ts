import type { z } from 'zod';
import type { NewSilence, Silence } from '../../contract/alerts.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const LOOK_MS = 15_000;

/** The silences of the project, those that end last first. */
export function useSilences() {
  return useProjectQuery<{ items: Silence[] }>('silences', '/api/v1/silences', {
    query: { limit: 200 },
    refetchMs: LOOK_MS,
  });
}

/** What a silence changes. */
const ALL = ['silences', 'alerts', 'alert', 'monitors', 'monitor'] as const;

export type SilenceBody = z.input<typeof NewSilence>;

export function useCreateSilence() {
  return useProjectChange<SilenceBody, Silence>(ALL, (body) => ({
    method: 'POST',
    path: '/api/v1/silences',
    body,
  }));
}

/** Ends a silence now. */
export function useExpireSilence() {
  return useProjectChange<string>(ALL, (id) => ({
    method: 'POST',
    path: `/api/v1/silences/${encodeURIComponent(id)}/expire`,
  }));
}
