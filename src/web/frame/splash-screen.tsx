import { useTranslations } from 'use-intl';
import { Logo } from './nav.tsx';

/** Shown for the moment until it is known who is looking. */
export function SplashScreen() {
  const t = useTranslations('common');
  return (
    <main aria-busy="true" aria-label={t('loading')} className="grid min-h-dvh place-items-center">
      <Logo />
    </main>
  );
}
