import type { z } from 'zod';
import type {
  NewReviewLabel,
  NewReviewQueue,
  ReviewAgreement,
  ReviewClaimReply,
  ReviewItem,
  ReviewLabelReply,
  ReviewPlan,
  ReviewQueue,
  ReviewQueueChange,
} from '../../contract/reviews.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const LOOK_MS = 15_000;
const LISTS = ['reviews'] as const;
const ALL = ['reviews', 'review'] as const;

function pathOf(id: string, rest = ''): string {
  return `/api/v1/reviews/${encodeURIComponent(id)}${rest}`;
}

/** The review queues of the project, newest first. */
export function useReviewQueues() {
  return useProjectQuery<{ items: ReviewQueue[] }>('reviews', '/api/v1/reviews', {
    query: { limit: 200 },
    refetchMs: LOOK_MS,
  });
}

export function useReviewQueue(id: string) {
  return useProjectQuery<ReviewQueue>('review', pathOf(id));
}

/** How far people agree with each other and with evaluators. */
export function useReviewAgreement(id: string, enabled: boolean) {
  return useProjectQuery<ReviewAgreement>('review', pathOf(id, '/agreement'), { enabled });
}

export type QueueBody = z.input<typeof NewReviewQueue>;

export function useCreateQueue() {
  return useProjectChange<QueueBody, ReviewQueue>(LISTS, (body) => ({
    method: 'POST',
    path: '/api/v1/reviews',
    body,
  }));
}

export function useChangeQueue(id: string) {
  return useProjectChange<z.input<typeof ReviewQueueChange>, ReviewQueue>(ALL, (body) => ({
    method: 'PATCH',
    path: pathOf(id),
    body,
  }));
}

export function useRemoveQueue(id: string) {
  return useProjectChange<void>(LISTS, () => ({ method: 'DELETE', path: pathOf(id) }));
}

/** The next item for this person. */
export function useClaim(id: string) {
  return useProjectChange<{ after?: number }, ReviewClaimReply>([], (body) => ({
    method: 'POST',
    path: pathOf(id, '/claim'),
    body,
  }));
}

export interface Judged {
  readonly interactionId: string;
  readonly label: z.input<typeof NewReviewLabel>;
}

export function useLabel(id: string) {
  return useProjectChange<Judged, ReviewLabelReply>(LISTS, ({ interactionId, label }) => ({
    method: 'POST',
    path: pathOf(id, `/items/${encodeURIComponent(interactionId)}/label`),
    body: label,
  }));
}

export function useUndo(id: string) {
  return useProjectChange<string, ReviewLabelReply>(LISTS, (interactionId) => ({
    method: 'DELETE',
    path: pathOf(id, `/items/${encodeURIComponent(interactionId)}/label`),
  }));
}

/** An item that was seen before. */
export function useLookBack(id: string) {
  return useProjectChange<string, ReviewItem>([], (interactionId) => ({
    method: 'GET',
    path: pathOf(id, `/items/${encodeURIComponent(interactionId)}`),
  }));
}

/** How far labels would narrow the interval of the corrected mean. */
export function useReviewPlan(asked: {
  readonly scoreName: string;
  readonly evaluator: string;
  readonly labels: number;
}) {
  return useProjectQuery<ReviewPlan>('reviews', '/api/v1/reviews/plan', {
    query: { ...asked },
    enabled: asked.scoreName !== '' && asked.evaluator !== '' && asked.labels > 0,
  });
}
