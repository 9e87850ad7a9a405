import { CircleHelp, SkipForward, Undo2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ReviewQueue } from '../../../../contract/reviews.ts';
import { Button } from '../../../ui/button.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { Kbd } from '../../../ui/kbd.tsx';
import { POINTS, type Point } from './scale.ts';
import type { ReviewSession } from './use-session.ts';

/** What a point is called; those without a name are called by their number. */
export function usePointName(): (point: Point) => string {
  const t = useTranslations('review.points');
  return (point) => (point.name === null ? String(point.native) : t(point.name));
}

function PointButton(props: {
  readonly point: Point;
  readonly isChosen: boolean;
  readonly isOff: boolean;
  readonly onChoose: () => void;
}) {
  const nameOf = usePointName();
  return (
    <Button
      look={props.isChosen ? 'primary' : 'plain'}
      className={classNames(
        'h-10 min-w-0 grow basis-0',
        props.isOff && !props.isChosen && 'opacity-55',
      )}
      aria-pressed={props.isChosen}
      disabled={props.isOff && !props.isChosen}
      onClick={props.onChoose}
    >
      {nameOf(props.point)}
      {props.point.name !== null && <Kbd>{props.point.key}</Kbd>}
    </Button>
  );
}

/** The verdicts, each with its key. */
export function VerdictBar({ queue, session }: { queue: ReviewQueue; session: ReviewSession }) {
  const t = useTranslations('review');
  const { item } = session;
  const own = item?.label ?? null;
  const isOff = session.isBusy || item === null || item === undefined || own !== null;
  return (
    <div className="flex flex-col gap-2">
      <fieldset aria-label={t('verdict')} className="flex gap-2">
        {POINTS[queue.scale].map((point) => (
          <PointButton
            key={point.native}
            point={point}
            isChosen={own?.native === point.native}
            isOff={isOff}
            onChoose={() => own === null && session.judge('label', point.native)}
          />
        ))}
      </fieldset>
      <div className="flex flex-wrap gap-1">
        <Button look="quiet" disabled={isOff} onClick={() => session.judge('not_sure')}>
          <CircleHelp aria-hidden="true" className="size-3.5" />
          {t('notSure')}
          <Kbd>0</Kbd>
        </Button>
        <Button look="quiet" disabled={isOff} onClick={() => session.judge('skip')}>
          <SkipForward aria-hidden="true" className="size-3.5" />
          {t('skip')}
          <Kbd>s</Kbd>
        </Button>
        <Button
          look="quiet"
          disabled={session.isBusy || (own === null && session.last === null)}
          onClick={session.undo}
        >
          <Undo2 aria-hidden="true" className="size-3.5" />
          {t('undo')}
          <Kbd>u</Kbd>
        </Button>
      </div>
    </div>
  );
}
