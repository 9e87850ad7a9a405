import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { GettingStarted } from '../../ui/getting-started.tsx';

interface Props {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

/** An empty list: nothing matches, or nothing was recorded yet. */
export function NoMatches({ isFiltered, onClear }: Props) {
  const t = useTranslations('interactions');
  if (!isFiltered)
    return (
      <div className="overflow-auto p-4">
        <GettingStarted title={t('empty')} />
      </div>
    );
  return (
    <div className="flex flex-col items-start gap-3 p-6">
      <p className="font-medium">{t('noMatches')}</p>
      <p className="text-[0.8125rem] text-muted">{t('noMatchesHint')}</p>
      <Button onClick={onClear}>{t('clear')}</Button>
    </div>
  );
}
