import { useNavigate, useParams } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, type LucideIcon, X } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { ReviewQueue } from '../../../../contract/reviews.ts';
import { useReviewQueue } from '../../../data/reviews.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Kbd } from '../../../ui/kbd.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { Finished } from './finished.tsx';
import { ItemView } from './item-view.tsx';
import { POINTS } from './scale.ts';
import { Side } from './side.tsx';
import { useReviewKeys } from './use-review-keys.ts';
import { type ReviewSession, useReviewSession } from './use-session.ts';

interface StepProps {
  readonly label: string;
  readonly keyName: string;
  readonly icon: LucideIcon;
  readonly isOff: boolean;
  readonly onGo: () => void;
}

/** A step to another item: words and key where there is room, an arrow where there is not. */
function Step({ label, keyName, icon: Icon, isOff, onGo }: StepProps) {
  return (
    <>
      <Button look="quiet" className="max-md:hidden" disabled={isOff} onClick={onGo}>
        {label}
        <Kbd>{keyName}</Kbd>
      </Button>
      <IconButton label={label} className="md:hidden" disabled={isOff} onClick={onGo}>
        <Icon aria-hidden="true" className="size-4" />
      </IconButton>
    </>
  );
}

function Top({ queue, session, onLeave }: TopProps) {
  const t = useTranslations('review');
  const format = useFormat();
  const { done, items } = session.progress;
  const label = t('progress', { done: format.count(done), items: format.count(items) });
  return (
    <header className="flex shrink-0 items-center gap-3 border-b border-line bg-surface px-3 py-1.5 md:px-4 [&_h1]:truncate [&>div:first-child]:mb-0 [&>div:first-child]:min-w-0 [&>div:first-child]:grow [&>div:first-child]:flex-nowrap">
      <PageTitle title={queue.name} />
      <span className="text-2xs text-muted max-sm:hidden">
        {queue.blind ? t('blind') : t('seeing')}
      </span>
      <span className="w-32 text-2xs max-sm:w-24 [&_span]:min-w-0">
        <Meter label={label} share={items === 0 ? 0 : done / items} isPlain />
      </span>
      <Step
        label={t('back')}
        keyName="k"
        icon={ChevronLeft}
        isOff={session.isBusy}
        onGo={session.back}
      />
      <Step
        label={t('forth')}
        keyName="j"
        icon={ChevronRight}
        isOff={session.isBusy}
        onGo={session.forth}
      />
      <IconButton label={t('leave')} onClick={onLeave}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </header>
  );
}

interface TopProps {
  readonly queue: ReviewQueue;
  readonly session: ReviewSession;
  readonly onLeave: () => void;
}

function Sitting({ queue }: { queue: ReviewQueue }) {
  const navigate = useNavigate();
  const session = useReviewSession(queue);
  const noteField = useRef<HTMLTextAreaElement>(null);
  const leave = (): void => void navigate({ to: '/review' });
  useReviewKeys([
    ...POINTS[queue.scale].map(
      ({ key, native }) => [key, () => session.judge('label', native)] as const,
    ),
    ['0', () => session.judge('not_sure')],
    ['s', () => session.judge('skip')],
    ['u', session.undo],
    ['j', session.forth],
    ['k', session.back],
    ['n', () => noteField.current?.focus()],
    ['Escape', leave],
  ]);
  return (
    <div data-busy={session.isBusy} className="fixed inset-0 z-30 flex flex-col bg-page">
      <Top queue={queue} session={session} onLeave={leave} />
      <div className="flex min-h-0 grow max-md:flex-col">
        <Content queue={queue} session={session} />
        <Side queue={queue} session={session} noteField={noteField} />
      </div>
    </div>
  );
}

function Content({ queue, session }: { queue: ReviewQueue; session: ReviewSession }) {
  const t = useTranslations('review');
  const { item } = session;
  return (
    <section
      aria-label={t('item')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="min-w-0 grow overflow-y-auto p-4 md:p-6"
    >
      {item === undefined && <SkeletonRows rows={6} />}
      {item === null && <Finished queue={queue} />}
      {item !== null && item !== undefined && <ItemView interaction={item.interaction} />}
    </section>
  );
}

/** One queue over the whole screen; everything can be done by keyboard. */
export function ReviewSessionPage() {
  const { queue: id } = useParams({ from: '/review/$queue' });
  const queue = useReviewQueue(id);
  return (
    <QueryView query={queue} skeleton={<SkeletonRows rows={6} />}>
      {(found) => <Sitting key={found.id} queue={found} />}
    </QueryView>
  );
}
