import type { Budget } from '../../../contract/budgets.ts';
import { useKeys } from '../../data/access.ts';

/** What a budget's account is called: keys have names, everything else is its own. */
export function useSubject(): (scope: Budget['scope'], subject: string) => string {
  const keys = useKeys();
  return (scope, subject) =>
    scope === 'key'
      ? (keys.data?.items.find(({ id }) => id === subject)?.name ?? subject)
      : subject;
}
