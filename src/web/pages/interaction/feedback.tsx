import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { useFeedback } from '../../data/interactions.ts';
import { useScope } from '../../frame/scope.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { AddToDataset } from './add-to-dataset.tsx';

/** Good or bad in one click, and the address to pass on. */
export function Feedback({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.feedback');
  const { project } = useScope();
  const feedback = useFeedback();
  const given = detail.scores.filter((score) => score.source === 'human').length;
  const link = `${window.location.origin}/interactions/${detail.id}?project=${project.slug}`;
  const rate = (rating: -1 | 1): void => feedback.mutate({ interactionId: detail.id, rating });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-1.5">
        <Button onClick={() => rate(1)} disabled={feedback.isPending}>
          <ThumbsUp aria-hidden="true" className="size-3.5" />
          {t('good')}
        </Button>
        <Button onClick={() => rate(-1)} disabled={feedback.isPending}>
          <ThumbsDown aria-hidden="true" className="size-3.5" />
          {t('bad')}
        </Button>
        <AddToDataset id={detail.id} />
        <CopyButton text={link} label={t('copyLink')} />
        <span aria-live="polite" className="text-xs text-muted">
          {feedback.isSuccess ? t('thanks') : given > 0 ? t('given', { count: given }) : ''}
        </span>
      </div>
      {feedback.error !== null && <ErrorPanel error={feedback.error} />}
    </div>
  );
}
