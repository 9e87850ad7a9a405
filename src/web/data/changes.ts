import type { ChangesReply } from '../../contract/changes.ts';
import { useProjectQuery } from './project-call.ts';

/** Which slices explain what the alert is about, and what happened near it. */
export function useAlertChanges(id: string) {
  return useProjectQuery<ChangesReply>(
    'alert changes',
    `/api/v1/alerts/${encodeURIComponent(id)}/changes`,
  );
}
