import { useTranslations } from 'use-intl';
import type { LimitScope } from '../../../../contract/limits.ts';
import { useKeys } from '../../../data/access.ts';

/** Tells whom a limit counts in words: keys by their name, the rest as they are. */
export function useSubjectName(): (scope: LimitScope, subject: string) => string | null {
  const t = useTranslations('settings.limits');
  const keys = useKeys().data?.items ?? [];
  return (scope, subject) => {
    if (scope === 'project') return null;
    if (subject === '*') return t('each');
    const key = scope === 'key' ? keys.find(({ id }) => id === subject) : undefined;
    return key === undefined ? subject : t('keyOf', { name: key.name, prefix: key.prefix });
  };
}
