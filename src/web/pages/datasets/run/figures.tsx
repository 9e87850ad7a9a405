import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { RunDetail } from '../../../../contract/dataset-runs.ts';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { useFormat } from '../../../use-format.ts';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-muted">{name}</dt>
      <dd className="text-[0.8125rem] wrap-anywhere tabular-nums">{children}</dd>
    </div>
  );
}

/** What was asked of whom, and how it went as a whole. */
export function Figures({ run }: { run: RunDetail }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const { dataset, prompt, latencyMs, tokens } = run;
  return (
    <section className="panel p-4">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4 lg:grid-cols-8">
        <Fact name={t('columns.quality')}>
          <EstimateCell estimate={run.quality} show={format.score} />
        </Fact>
        <Fact name={t('columns.dataset')}>
          <Link
            to="/datasets/$id"
            params={{ id: dataset.id }}
            search={(before) => ({ ...before, version: dataset.version })}
            className="text-accent hover:underline"
          >
            {dataset.name}
          </Link>{' '}
          <span className="text-muted">{t('versionNumber', { version: dataset.version })}</span>
        </Fact>
        <Fact name={t('figures.model')}>{run.model}</Fact>
        <Fact name={t('figures.prompt')}>
          {prompt === null ? '–' : `${prompt.name}@${prompt.version}`}
        </Fact>
        <Fact name={t('figures.answered')}>
          {format.count(run.progress.done)}
          {run.progress.failed > 0 && (
            <span className="block text-2xs text-bad">
              {t('figures.failed', { count: run.progress.failed })}
            </span>
          )}
        </Fact>
        <Fact name={t('columns.cost')}>
          {format.usd(run.costUsd)}
          {run.uncosted > 0 && (
            <span className="block text-2xs text-muted">
              {t('figures.uncosted', { count: run.uncosted })}
            </span>
          )}
        </Fact>
        <Fact name={t('figures.latency')}>
          {format.duration(latencyMs.p50)} · {format.duration(latencyMs.p95)}
        </Fact>
        <Fact name={t('figures.tokens')}>
          {format.compact(tokens.input)} · {format.compact(tokens.output)}
        </Fact>
      </dl>
    </section>
  );
}
