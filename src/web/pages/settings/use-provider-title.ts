import { useTranslations } from 'use-intl';
import type { Provider } from '../../../contract/routing.ts';

/** How a provider is called on pages: the built-in one in the language of the page, the rest as people named them. */
export function useProviderTitle(): (
  provider: Pick<Provider, 'source' | 'title' | 'name'>,
) => string {
  const t = useTranslations('settings.providers');
  return ({ source, title, name }) => {
    if (source === 'built_in') return t('builtInTitle');
    return title === '' ? name : title;
  };
}
