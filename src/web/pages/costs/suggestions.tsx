import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CostSuggestion } from '../../../contract/costs.ts';
import { useSuggestions } from '../../data/costs.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { useSmallPrint } from '../../ui/estimate.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { type Format, useFormat } from '../../use-format.ts';

/** Shares are told as percentages, everything else as counts. */
function shown(figures: CostSuggestion['figures'], format: Format): Record<string, string> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      /share|rate/i.test(name) ? format.percent(value, 0) : format.count(Math.round(value)),
    ]),
  );
}

/** Whether the other model is good enough is for an experiment to say. */
function TryIt({ suggestion: { model, otherModel } }: { suggestion: CostSuggestion }) {
  const t = useTranslations('costs.suggestions');
  if (otherModel === null) return null;
  return (
    <Link
      to="/experiments"
      search={{ on: model, against: otherModel }}
      className={buttonClass('quiet')}
    >
      {t('try')}
    </Link>
  );
}

function Suggestion({ suggestion }: { suggestion: CostSuggestion }) {
  const t = useTranslations('costs.suggestions');
  const format = useFormat();
  const print = useSmallPrint();
  const { kind, model, otherModel, saves, affectedCalls, calls, sampled } = suggestion;
  const usd = (micro: number | null): string => format.usd(micro === null ? null : micro * 1e-6);
  const words = { model, other: otherModel ?? '', ...shown(suggestion.figures, format) };
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 text-[0.8125rem] sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">{t(`${kind}.title`, words)}</p>
        <p className="max-w-3xl text-muted">{t(`${kind}.how`, words)}</p>
        <p className="text-2xs text-muted">
          {t('affected', { n: format.count(affectedCalls), calls: format.count(calls) })}
          {sampled && ` · ${t('sampled')}`}
        </p>
      </div>
      <div className="flex flex-col sm:items-end sm:text-end">
        <p className="text-base font-semibold text-good tabular-nums">
          {t('saves', { amount: usd(saves.value) })}
        </p>
        <p className="text-2xs text-muted tabular-nums">{print(saves, usd)}</p>
        <span className="-mx-2.5">
          <TryIt suggestion={suggestion} />
        </span>
      </div>
    </li>
  );
}

/** The largest savings come first; the small ones only when asked for. */
const FEW = 4;

function SuggestionList({ all }: { all: readonly CostSuggestion[] }) {
  const t = useTranslations('common');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <ul className="divide-y divide-line">
        {(isOpen ? all : all.slice(0, FEW)).map((one) => (
          <Suggestion
            key={`${one.kind} ${one.provider} ${one.model} ${one.otherModel}`}
            suggestion={one}
          />
        ))}
      </ul>
      {all.length > FEW && (
        <div className="border-t border-line px-1.5 pt-1">
          <Button look="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? t('showLess') : `${t('showAll')} (${all.length})`}
          </Button>
        </div>
      )}
    </>
  );
}

/** What would have cost less on the project's own calls, dearest first. */
export function Suggestions() {
  const t = useTranslations('costs.suggestions');
  const format = useFormat();
  const suggestions = useSuggestions();
  return (
    <Section title={t('title')} note={t('note')} flush>
      <QueryView query={suggestions} skeleton={<SkeletonRows rows={3} />}>
        {(reply) =>
          reply.suggestions.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">
              {t('empty', { n: format.count(reply.rowsRead) })}
            </p>
          ) : (
            <SuggestionList all={reply.suggestions} />
          )
        }
      </QueryView>
    </Section>
  );
}
