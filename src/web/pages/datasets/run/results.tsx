import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RunDetail } from '../../../../contract/dataset-runs.ts';
import { type ResultsShown, useResults } from '../../../data/dataset-runs.ts';
import { Button } from '../../../ui/button.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { ResultRow } from './result-row.tsx';

const SHOWN: readonly ResultsShown[] = ['all', 'failed', 'flagged', 'low'];
/** While a run is under way its results are asked for again after so many more. */
const STEP = 10;

/** What each item answered. */
export function Results({ run }: { run: RunDetail }) {
  const t = useTranslations('datasets.results');
  const [show, setShow] = useState<ResultsShown>('all');
  const { done, failed } = run.progress;
  const over = done + failed;
  const results = useResults(run.id, show, run.status === 'done' ? over : Math.floor(over / STEP));
  return (
    <Section
      title={t('title')}
      actions={
        <Segmented
          label={t('title')}
          value={show}
          onChoose={setShow}
          options={SHOWN.map((value) => ({ value, label: t(`show.${value}`) }))}
        />
      }
      flush
    >
      <QueryView query={results} skeleton={<SkeletonRows rows={6} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return <p className="px-4 pb-4 text-[0.8125rem] text-muted">{t('none')}</p>;
          }
          return (
            <>
              <ul className="divide-y divide-line border-t border-line">
                {items.map((result) => (
                  <ResultRow key={result.position} result={result} />
                ))}
              </ul>
              {results.hasNextPage && (
                <div className="p-2 text-center">
                  <Button
                    look="quiet"
                    disabled={results.isFetchingNextPage}
                    onClick={() => void results.fetchNextPage()}
                  >
                    {t('more')}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </QueryView>
    </Section>
  );
}
