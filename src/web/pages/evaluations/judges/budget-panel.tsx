import { SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { JudgesReply } from '../../../../contract/judges.ts';
import { useJudges } from '../../../data/judges.ts';
import { Button } from '../../../ui/button.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';
import { SettingsDialog } from './settings-dialog.tsx';

/** Micro-dollars in dollars. */
const USD = 1e-6;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-muted">{name}</dt>
      <dd className="font-medium tabular-nums">{children}</dd>
    </div>
  );
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-[0.8125rem] text-warn">
      {children}
    </p>
  );
}

function Facts({ reply }: { reply: JudgesReply }) {
  const t = useTranslations('judges.budget');
  const format = useFormat();
  const { budget, items, settings } = reply;
  const used = budget.spentMicroUsd + budget.reservedMicroUsd;
  const share = budget.limitMicroUsd === 0 ? 1 : used / budget.limitMicroUsd;
  const total = (count: (item: JudgesReply['items'][number]) => number): string =>
    format.count(items.reduce((sum, item) => sum + count(item), 0));
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-[0.8125rem] sm:grid-cols-3 xl:grid-cols-6">
      <Fact name={t('left')}>
        <Meter
          label={t('leftOf', {
            left: format.usd(budget.leftMicroUsd * USD),
            limit: format.usd(budget.limitMicroUsd * USD),
          })}
          share={share}
        />
      </Fact>
      <Fact name={t('spent')}>{format.usd(budget.spentMicroUsd * USD)}</Fact>
      <Fact name={t('waiting')}>{total(({ waiting }) => waiting)}</Fact>
      <Fact name={t('setAside')}>{total(({ setAside }) => setAside)}</Fact>
      <Fact name={t('pace')}>
        {t('paceOf', {
          atOnce: format.count(settings.concurrency),
          perMinute: format.count(settings.perMinute),
        })}
      </Fact>
      <Fact name={t('model')}>
        <span className="wrap-anywhere">{settings.model ?? t('usualModel')}</span>
      </Fact>
    </dl>
  );
}

/** What judges may spend today, what is left, and what waits. */
export function BudgetPanel() {
  const t = useTranslations('judges.budget');
  const judges = useJudges();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Section
      title={t('title')}
      note={t('note')}
      actions={
        <Button look="quiet" onClick={() => setIsOpen(true)} disabled={judges.data === undefined}>
          <SlidersHorizontal aria-hidden="true" className="size-4" />
          {t('change')}
        </Button>
      }
    >
      <QueryView query={judges} skeleton={<SkeletonRows rows={2} />}>
        {(reply) => (
          <div className="flex flex-col gap-3">
            {reply.problem !== null && <Warning>{reply.problem}</Warning>}
            {reply.budget.exhaustedSince !== null && (
              <Warning>
                {t('exhausted')} <Time iso={reply.budget.exhaustedSince} as="ago" />
              </Warning>
            )}
            <Facts reply={reply} />
            <SettingsDialog
              open={isOpen}
              settings={reply.settings}
              onClose={() => setIsOpen(false)}
            />
          </div>
        )}
      </QueryView>
    </Section>
  );
}
