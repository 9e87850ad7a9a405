import { useTranslations } from 'use-intl';
import { Segmented } from '../../ui/segmented.tsx';

const VIEWS = [
  { name: 'all', filter: '' },
  { name: 'errors', filter: 'status:error' },
  { name: 'lowQuality', filter: 'score.overall<0.5' },
  { name: 'flagged', filter: 'flagged:true' },
] as const;

interface Props {
  readonly filter: string;
  readonly onChoose: (filter: string) => void;
}

/** Filters that everybody needs, one click away. */
export function SavedViews({ filter, onChoose }: Props) {
  const t = useTranslations('interactions.views');
  return (
    <Segmented<string>
      label={t('label')}
      value={filter}
      onChoose={onChoose}
      options={VIEWS.map((view) => ({ value: view.filter, label: t(view.name) }))}
    />
  );
}
