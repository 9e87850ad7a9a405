import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

interface Props {
  /** Default: “Advanced”. */
  readonly title?: string;
  readonly children: ReactNode;
}

/** Fields with sensible defaults, folded away until somebody wants them. */
export function Advanced({ title, children }: Props) {
  const t = useTranslations('common');
  return (
    <details className="rounded-md border border-line px-3 py-2">
      <summary className="font-medium">{title ?? t('advanced')}</summary>
      <div className="flex flex-col gap-4 pt-3 pb-1">{children}</div>
    </details>
  );
}
