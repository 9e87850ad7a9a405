import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ComparedItem, RunDifference } from '../../../../contract/dataset-runs.ts';
import { type ComparedShown, useComparedItems } from '../../../data/dataset-runs.ts';
import { Button } from '../../../ui/button.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useUnit } from './differences.tsx';

interface RowProps {
  readonly item: ComparedItem;
  readonly unit: RunDifference['unit'];
  readonly higherIsBetter: boolean;
}

function Row({ item, unit, higherIsBetter }: RowProps) {
  const t = useTranslations('datasets.compare');
  const show = useUnit();
  const isWorse = item.difference !== 0 && item.difference > 0 !== higherIsBetter;
  const tone = item.difference === 0 ? 'text-muted' : isWorse ? 'text-bad' : 'text-good';
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-2.5 text-xs lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="line-clamp-4 wrap-anywhere">{item.question}</p>
        {item.reference !== null && (
          <p className="mt-1 line-clamp-2 text-muted wrap-anywhere">{item.reference}</p>
        )}
      </div>
      {(['baseline', 'candidate'] as const).map((side) => (
        <div key={side} className="min-w-0">
          <p className="text-2xs text-muted">
            {t(side)}{' '}
            <span className={side === 'candidate' ? `font-medium ${tone}` : 'font-medium'}>
              {show(unit, item[side].value)}
            </span>
          </p>
          <p className="line-clamp-5 whitespace-pre-wrap wrap-anywhere">{item[side].answer}</p>
        </div>
      ))}
    </li>
  );
}

const SHOWN = ['worse', 'better', 'all'] as const;

interface Props {
  readonly id: string;
  readonly baseline: string;
  readonly difference: RunDifference;
}

/** Both answers to each item, the worst changes first. */
export function ComparedItems({ id, baseline, difference }: Props) {
  const t = useTranslations('datasets.compare');
  const [show, setShow] = useState<ComparedShown['show']>('worse');
  const { metric, unit, higherIsBetter } = difference;
  const query = useComparedItems(id, { baseline, metric, show });
  return (
    <Section
      title={t('itemsOf', { metric })}
      actions={
        <Segmented
          label={t('items')}
          value={show}
          onChoose={setShow}
          options={SHOWN.map((value) => ({ value, label: t(`show.${value}`) }))}
        />
      }
      flush
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={6} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0)
            return <p className="px-4 pb-4 text-[0.8125rem] text-muted">{t(`none.${show}`)}</p>;
          return (
            <ul className="divide-y divide-line border-t border-line">
              {items.map((item) => (
                <Row key={item.key} item={item} unit={unit} higherIsBetter={higherIsBetter} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {query.hasNextPage && (
        <div className="p-2 text-center">
          <Button look="quiet" onClick={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </Section>
  );
}
