import type { ProviderTest } from '../../../../contract/routing.ts';

type Outcome =
  | 'works'
  | 'refused'
  | 'no_list'
  | 'limited'
  | 'redirects'
  | 'own_fault'
  | 'unreachable'
  | 'other';

/** What a test came to, for words in the language of the page. */
export function outcomeOf({ ok, httpStatus }: Pick<ProviderTest, 'ok' | 'httpStatus'>): Outcome {
  if (ok) return 'works';
  if (httpStatus === null) return 'unreachable';
  if (httpStatus === 401 || httpStatus === 403) return 'refused';
  if (httpStatus === 404 || httpStatus === 405 || httpStatus < 300) return 'no_list';
  if (httpStatus === 429) return 'limited';
  if (httpStatus < 400) return 'redirects';
  return httpStatus >= 500 ? 'own_fault' : 'other';
}
