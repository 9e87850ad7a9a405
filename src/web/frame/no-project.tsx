import { useTranslations } from 'use-intl';

/** For a user who may see no project. */
export function NoProject() {
  const t = useTranslations('frame');
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <h1 className="text-base font-semibold">{t('noProject')}</h1>
    </main>
  );
}
