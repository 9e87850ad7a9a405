import { type RefObject, useId } from 'react';
import { useTranslations } from 'use-intl';
import type { ReviewQueue } from '../../../../contract/reviews.ts';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Kbd } from '../../../ui/kbd.tsx';
import { Comparison, LastVerdict } from './last-verdict.tsx';
import type { ReviewSession } from './use-session.ts';
import { VerdictBar } from './verdict-bar.tsx';

interface Props {
  readonly queue: ReviewQueue;
  readonly session: ReviewSession;
  readonly noteField: RefObject<HTMLTextAreaElement | null>;
}

function NoteField({ session, noteField }: Omit<Props, 'queue'>) {
  const t = useTranslations('review');
  const id = useId();
  const isGiven = session.item?.label !== null;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="flex items-center gap-2 text-xs text-muted">
        {t('note')}
        <Kbd>n</Kbd>
      </label>
      <textarea
        id={id}
        ref={noteField}
        rows={2}
        maxLength={4000}
        className="field h-auto py-1.5 text-[0.8125rem]"
        value={session.note}
        readOnly={isGiven}
        onChange={(event) => session.setNote(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** What is asked, the verdicts, and what others said once it may be seen. */
export function Side({ queue, session, noteField }: Props) {
  const t = useTranslations('review');
  const { item } = session;
  const isShown = item !== null && item !== undefined && item.others !== null;
  return (
    <aside
      aria-label={t('side')}
      className="flex shrink-0 flex-col gap-3 border-line bg-surface p-3 max-md:max-h-[55dvh] max-md:overflow-y-auto max-md:border-t md:w-88 md:overflow-y-auto md:border-s md:p-4"
    >
      {queue.instructions !== '' && (
        <details open className="text-[0.8125rem] max-md:hidden">
          <summary className="text-xs font-medium">{t('instructions')}</summary>
          <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{queue.instructions}</p>
        </details>
      )}
      <VerdictBar queue={queue} session={session} />
      <NoteField session={session} noteField={noteField} />
      {session.error !== null && <ErrorPanel error={session.error} />}
      {isShown && (
        <section className="flex flex-col gap-1 border-t border-line pt-3">
          <h2 className="text-xs font-medium">{t('thisItem')}</h2>
          <Comparison queue={queue} item={item} />
        </section>
      )}
      <section className="flex flex-col gap-1 border-t border-line pt-3 max-md:hidden">
        <h2 className="text-xs font-medium">{t('lastVerdict')}</h2>
        <LastVerdict queue={queue} session={session} />
      </section>
    </aside>
  );
}
