import { useTranslations } from 'use-intl';
import type { BadLine } from '../../../../contract/datasets.ts';

const SHOWN = 50;

/** Lines that are no items, by number and reason. */
export function BadLines({ lines, count }: { lines: readonly BadLine[]; count: number }) {
  const t = useTranslations('datasets.import');
  if (count === 0) return null;
  return (
    <div className="rounded-md bg-warn-soft px-3 py-2 text-xs">
      <p className="font-medium text-warn">{t('badLines', { count })}</p>
      <ul className="mt-1 max-h-32 overflow-y-auto">
        {lines.slice(0, SHOWN).map(({ line, reason }) => (
          <li key={`${line} ${reason}`} className="wrap-anywhere">
            {t('badLine', { line, reason })}
          </li>
        ))}
      </ul>
    </div>
  );
}
