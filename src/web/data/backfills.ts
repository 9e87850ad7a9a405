import type { z } from 'zod';
import type { Backfill, NewBackfill } from '../../contract/backfills.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const PATH = '/api/v1/evaluation/backfills';
const LOOK_EVERY_MS = 2_000;

/** Evaluations of stored interactions, newest first; asked again by itself, because they move. */
export function useBackfills() {
  return useProjectQuery<{ items: Backfill[] }>('backfills', PATH, {
    query: { limit: 20 },
    refetchMs: LOOK_EVERY_MS,
  });
}

export function useStartBackfill() {
  return useProjectChange<z.input<typeof NewBackfill>, Backfill>(['backfills'], (body) => ({
    method: 'POST',
    path: PATH,
    body,
  }));
}

export function useChangeBackfill() {
  return useProjectChange<{ id: string; deed: 'pause' | 'resume' | 'cancel' }, Backfill>(
    ['backfills'],
    ({ id, deed }) => ({ method: 'POST', path: `${PATH}/${id}/${deed}` }),
  );
}
