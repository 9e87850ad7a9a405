import { useTranslations } from 'use-intl';
import { PageTitle } from '../../ui/page-title.tsx';
import { LedgerPanel } from '../overview/ledger-panel.tsx';
import { Appearance } from './appearance.tsx';
import { Keys } from './keys.tsx';
import { ProjectPanel } from './project-panel.tsx';
import { Providers } from './providers.tsx';

/** Keys, providers, the project, and how the pages look. */
export function SettingsPage() {
  const t = useTranslations('settings');
  return (
    <div className="mx-auto max-w-5xl">
      <PageTitle title={t('title')} />
      <div className="flex flex-col gap-3">
        <Keys />
        <Providers />
        <Appearance />
        <ProjectPanel />
        <LedgerPanel />
      </div>
    </div>
  );
}
