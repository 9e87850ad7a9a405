import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Calibration } from './calibration/calibration.tsx';
import { Backfills } from './evaluators/backfills.tsx';
import { Evaluators } from './evaluators/evaluators.tsx';
import { Judges } from './judges/judges.tsx';
import { Rules } from './rules/rules.tsx';
import { ScoresTable } from './scores-table.tsx';
import { SetAsideList } from './set-aside-list.tsx';
import { StatusPanel } from './status-panel.tsx';
import { EVALUATION_TABS, type EvaluationTab } from './tab-names.ts';

const LINK =
  'block rounded-md px-2.5 py-1.5 max-sm:px-2 text-[0.8125rem] whitespace-nowrap hover:bg-hover';

/** The parts of the evaluations; each has an address of its own. */
export function TabLinks() {
  const t = useTranslations('evaluations.tabs');
  return (
    <nav aria-label={t('label')} className="mb-3 overflow-x-auto">
      <ul className="flex gap-0.5">
        {EVALUATION_TABS.map((tab) => (
          <li key={tab}>
            <Link
              {...(tab === 'scores'
                ? ({ to: '/evaluations' } as const)
                : ({ to: '/evaluations/$tab', params: { tab } } as const))}
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ className: 'bg-hover font-medium', 'aria-current': 'page' }}
              inactiveProps={{ className: 'text-muted' }}
              className={LINK}
            >
              {t(tab)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What a part shows. */
export function TabContent({ tab }: { tab: EvaluationTab }): ReactNode {
  switch (tab) {
    case 'scores':
      return (
        <>
          <StatusPanel />
          <ScoresTable />
          <SetAsideList />
        </>
      );
    case 'evaluators':
      return (
        <>
          <Evaluators />
          <Backfills />
        </>
      );
    case 'rules':
      return <Rules />;
    case 'judges':
      return <Judges />;
    case 'calibration':
      return <Calibration />;
  }
}
