import { useTranslations } from 'use-intl';
import { useFormat } from '../../use-format.ts';

interface Props {
  readonly shown: number;
  readonly estimate: number | null;
  readonly isWhole: boolean;
}

/** How many rows are here, and of how many. */
export function ListCount({ shown, estimate, isWhole }: Props) {
  const t = useTranslations('interactions');
  const format = useFormat();
  if (shown === 0) return null;
  const text =
    isWhole || estimate === null
      ? t('count', { count: shown, shown: format.count(shown) })
      : t('countOf', { shown: format.count(shown), total: format.count(estimate) });
  return (
    <p
      aria-live="polite"
      className="border-t border-line px-3 py-1.5 text-2xs text-muted tabular-nums"
    >
      {text}
      {!isWhole && estimate === null && ` · ${t('more')}`}
    </p>
  );
}
