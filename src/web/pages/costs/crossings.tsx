import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BudgetCrossing } from '../../../contract/budgets.ts';
import { useBudgets, useCrossings } from '../../data/costs.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { LEVEL_TONES } from './level-tones.ts';
import { useSubject } from './use-subject.ts';

/** The newest; the others only when asked for. */
const FEW = 5;

/** When budgets went from one level to another; nothing is drawn before the first time. */
export function Crossings() {
  const t = useTranslations('costs.budgets');
  const common = useTranslations('common');
  const format = useFormat();
  const [isOpen, setIsOpen] = useState(false);
  const crossings = useCrossings();
  const subjectOf = useSubject();
  const budgets = useBudgets();
  const nameOf = ({ budgetId, subject }: BudgetCrossing): string => {
    const budget = budgets.data?.items.find(({ id }) => id === budgetId);
    return budget === undefined ? subject : subjectOf(budget.scope, subject);
  };
  const items = crossings.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={t('crossings')} flush>
      <ul className="divide-y divide-line">
        {(isOpen ? items : items.slice(0, FEW)).map((one) => (
          <li
            key={one.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-[0.8125rem]"
          >
            <Time iso={one.at} as="ago" />
            <span className="font-medium">{one.budgetName}</span>
            {one.subject !== '' && <span className="text-muted wrap-anywhere">{nameOf(one)}</span>}
            <span className="inline-flex items-center gap-1">
              <Badge tone={LEVEL_TONES[one.from]}>{t(`levels.${one.from}`)}</Badge>
              <span aria-hidden="true">→</span>
              <Badge tone={LEVEL_TONES[one.to]}>{t(`levels.${one.to}`)}</Badge>
            </span>
            <span className="text-muted tabular-nums">
              {format.usd(one.spentMicroUsd * 1e-6)} / {format.usd(one.limitMicroUsd * 1e-6)}
            </span>
          </li>
        ))}
      </ul>
      {items.length > FEW && (
        <div className="border-t border-line px-1.5 pt-1">
          <Button look="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? common('showLess') : common('showAll')}
          </Button>
        </div>
      )}
    </Section>
  );
}
