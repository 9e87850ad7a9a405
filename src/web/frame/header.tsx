import { Search } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Badge } from '../ui/badge.tsx';
import { IconButton } from '../ui/button.tsx';
import { LivePill } from './live-pill.tsx';
import { openPalette } from './palette-store.ts';
import { LanguageMenu, ThemeMenu } from './preference-menus.tsx';
import { ProjectMenu } from './project-menu.tsx';
import { RangeMenu } from './range-menu.tsx';
import { useScope } from './scope.ts';

/** What every page shares: project, range, live state, search, language and theme. */
export function Header() {
  const t = useTranslations('frame');
  const { project } = useScope();
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-1.5 border-b border-line bg-page px-4 max-sm:px-2">
      <ProjectMenu />
      {project.isDemo && (
        <span className="max-[380px]:hidden">
          <Badge tone="warn" title={t('demoTitle')}>
            {t('demo')}
          </Badge>
        </span>
      )}
      <div className="grow" />
      <LivePill />
      <RangeMenu />
      <IconButton label={t('search')} onClick={openPalette}>
        <Search aria-hidden="true" className="size-4" />
      </IconButton>
      <div className="flex max-sm:hidden">
        <LanguageMenu />
        <ThemeMenu />
      </div>
    </header>
  );
}
