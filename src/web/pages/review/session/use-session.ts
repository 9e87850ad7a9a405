import { useEffect, useState } from 'react';
import type { ReviewItem, ReviewLabelReply, ReviewQueue } from '../../../../contract/reviews.ts';
import { useClaim, useLabel, useLookBack, useUndo } from '../../../data/reviews.ts';
import { agrees } from './scale.ts';

export type Verdict = 'label' | 'not_sure' | 'skip';

interface Seen {
  /** What was shown, in order, and where one is; behind the last is what was claimed newest. */
  readonly ids: readonly string[];
  readonly at: number;
}

export interface ReviewSession {
  /** Undefined while the first is on its way, null when nothing is left. */
  readonly item: ReviewItem | null | undefined;
  readonly progress: ReviewQueue['progress'];
  readonly note: string;
  setNote(note: string): void;
  /** What was judged last, with what others said. */
  readonly last: ReviewItem | null;
  readonly tally: { readonly agreed: number; readonly compared: number };
  readonly isBusy: boolean;
  readonly error: Error | null;
  judge(verdict: Verdict, native?: number): void;
  undo(): void;
  forth(): void;
  back(): void;
}

/** What this sitting remembers. */
interface Sitting {
  readonly item: ReviewItem | null | undefined;
  readonly progress: ReviewQueue['progress'];
  readonly seen: Seen;
  readonly judged: readonly ReviewItem[];
  readonly note: string;
}

type Change = (before: Sitting) => Sitting;

function useCalls({ id }: ReviewQueue) {
  const claim = useClaim(id);
  const label = useLabel(id);
  const remove = useUndo(id);
  const look = useLookBack(id);
  const all = [claim, label, remove, look];
  return {
    claim,
    label,
    remove,
    look,
    isBusy: all.some(({ isPending }) => isPending),
    error: all.map(({ error }) => error).find((error) => error !== null) ?? null,
  };
}

/** One person going through a queue: claims, verdicts, one step back and forth. */
export function useReviewSession(queue: ReviewQueue): ReviewSession {
  const [sitting, set] = useState<Sitting>({
    item: undefined,
    progress: queue.progress,
    seen: { ids: [], at: 0 },
    judged: [],
    note: '',
  });
  const calls = useCalls(queue);
  const steps = stepsOf(sitting, set, calls);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first item of a queue is asked for once
  useEffect(() => steps.next(undefined), [queue.id]);
  const { item, progress, note, judged } = sitting;
  return {
    item,
    progress,
    note,
    setNote: (text) => set((before) => ({ ...before, note: text })),
    last: judged.at(-1) ?? null,
    tally: tallyOf(queue, judged),
    isBusy: calls.isBusy,
    error: calls.error,
    judge: steps.judge,
    undo: steps.undo,
    forth: steps.forth,
    back: steps.back,
  };
}

const shown =
  (item: ReviewItem | null): Change =>
  (before) => ({ ...before, item, note: item?.label?.note ?? '' });

const remembered =
  (id: string): Change =>
  (before) => {
    const others = before.seen.ids.filter((one) => one !== id);
    return { ...before, seen: { ids: [...others, id], at: others.length + 1 } };
  };

const taken =
  ({ item, progress }: ReviewLabelReply): Change =>
  (before) => {
    const others = before.judged.filter(isAnother(item));
    return { ...before, progress, judged: item.label === null ? others : [...others, item] };
  };

const movedTo =
  (at: number): Change =>
  (before) => ({ ...before, seen: { ...before.seen, at } });

function stepsOf(
  { item, seen, judged, note }: Sitting,
  set: (change: Change) => void,
  { claim, label, remove, look, isBusy }: ReturnType<typeof useCalls>,
) {
  const next = (after: number | undefined): void =>
    claim.mutate(after === undefined ? {} : { after }, {
      onSuccess: (reply) => {
        set(shown(reply.item));
        set((before) => ({ ...movedTo(before.seen.ids.length)(before), progress: reply.progress }));
      },
    });
  const lookAt = (id: string, at: number): void => {
    look.mutate(id, { onSuccess: (found) => set(shown(found)) });
    set(movedTo(at));
  };
  const judge = (verdict: Verdict, native?: number): void => {
    if (isBusy || item === null || item === undefined || item.label !== null) return;
    const { id } = item.interaction;
    const given = {
      verdict,
      ...(native === undefined ? {} : { native }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    };
    label.mutate(
      { interactionId: id, label: given },
      {
        onSuccess: (reply) => {
          set(taken(reply));
          set(remembered(id));
          next(item.place);
        },
      },
    );
  };
  const undo = (): void => {
    const target = item?.label ? item : judged.at(-1);
    if (isBusy || target === undefined) return;
    remove.mutate(target.interaction.id, {
      onSuccess: (reply) => {
        set(taken(reply));
        set((before) => ({ ...shown(reply.item)(before), note: target.label?.note ?? '' }));
      },
    });
  };
  const forth = (): void => {
    if (isBusy || item === null || item === undefined) return;
    const later = seen.ids[seen.at + 1];
    if (later !== undefined) {
      lookAt(later, seen.at + 1);
      return;
    }
    if (item.label === null) set(remembered(item.interaction.id));
    next(item.place);
  };
  const back = (): void => {
    const at = Math.min(seen.at, seen.ids.length) - 1;
    const earlier = seen.ids[at];
    if (!isBusy && earlier !== undefined) lookAt(earlier, at);
  };
  return { next, judge, undo, forth, back };
}

function isAnother({ interaction }: ReviewItem): (one: ReviewItem) => boolean {
  return (one) => one.interaction.id !== interaction.id;
}

function tallyOf(queue: ReviewQueue, judged: readonly ReviewItem[]) {
  const sides = judged.map((item) => agrees(queue, item)).filter((side) => side !== null);
  return { agreed: sides.filter(Boolean).length, compared: sides.length };
}
