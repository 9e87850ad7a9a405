import { Outlet, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Project, SessionReply } from '../../contract/access.ts';
import { resolveRange } from '../time-range.ts';
import { Header } from './header.tsx';
import { Keyboard } from './keyboard.tsx';
import { Nav } from './nav.tsx';
import { NoProject } from './no-project.tsx';
import { type Scope, ScopeContext } from './scope.ts';
import { useLive } from './use-live.ts';

/** The project of the address; else the first that is no demo; else the first. */
function chooseProject(projects: readonly Project[], slug: string | undefined): Project | null {
  return (
    projects.find((project) => project.slug === slug) ??
    projects.find((project) => !project.isDemo) ??
    projects[0] ??
    null
  );
}

/** Navigation, header and the page, about one project and one range of time. */
export function Frame({ session }: { session: SessionReply }) {
  const search = useSearch({ from: '__root__' });
  const project = chooseProject(session.projects, search.project);
  if (project === null) return <NoProject />;
  return <ProjectFrame session={session} project={project} />;
}

function useFrameScope(session: SessionReply, project: Project): Scope {
  const { range, from, to } = useSearch({ from: '__root__' });
  const [anchor, setAnchor] = useState(() => Date.now());
  const refresh = useCallback(() => setAnchor(Date.now()), []);
  const { added, connected } = useLive(project.slug, anchor);
  return useMemo(
    () => ({
      session,
      project,
      range: resolveRange({ range, from, to }, anchor),
      anchor,
      added,
      live: connected,
      refresh,
    }),
    [session, project, range, from, to, anchor, added, connected, refresh],
  );
}

function ProjectFrame({ session, project }: { session: SessionReply; project: Project }) {
  const scope = useFrameScope(session, project);
  const t = useTranslations('frame');
  return (
    <ScopeContext value={scope}>
      <a
        href="#content"
        className="sr-only rounded-md bg-surface px-3 py-2 shadow-pop focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-50"
      >
        {t('skip')}
      </a>
      <div className="flex min-h-dvh max-md:pb-14">
        <Nav />
        <div className="flex min-w-0 grow flex-col">
          <Header />
          <main id="content" tabIndex={-1} className="min-w-0 grow p-4 outline-none max-sm:p-3">
            <Outlet />
          </main>
        </div>
      </div>
      <Keyboard />
    </ScopeContext>
  );
}
