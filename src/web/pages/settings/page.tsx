import { Link, useParams } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { NotFound } from '../../frame/not-found.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { isSettingsSection, SETTINGS_SECTIONS } from './section-names.ts';
import { SectionContent } from './sections.tsx';

const LINK =
  'block rounded-md px-2.5 py-1.5 max-sm:px-2 text-[0.8125rem] whitespace-nowrap hover:bg-hover';

/** The parts of the settings; each has an address of its own. */
function SectionLinks() {
  const t = useTranslations('settings');
  return (
    <nav aria-label={t('sections.label')} className="mb-3 overflow-x-auto">
      <ul className="flex gap-0.5">
        {SETTINGS_SECTIONS.map((section) => (
          <li key={section}>
            <Link
              {...(section === 'general'
                ? ({ to: '/settings' } as const)
                : ({ to: '/settings/$section', params: { section } } as const))}
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ className: 'bg-hover font-medium', 'aria-current': 'page' }}
              inactiveProps={{ className: 'text-muted' }}
              className={LINK}
            >
              {t(`sections.${section}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Keys, providers, routes, limits, budgets, the cache, the doctor, the project, and how the pages look. */
export function SettingsPage() {
  const t = useTranslations('settings');
  const { section = 'general' } = useParams({ strict: false });
  if (!isSettingsSection(section)) return <NotFound />;
  return (
    <div className="mx-auto max-w-5xl">
      <PageTitle title={t('title')} />
      <SectionLinks />
      <div className="flex flex-col gap-3">
        <SectionContent section={section} />
      </div>
    </div>
  );
}
