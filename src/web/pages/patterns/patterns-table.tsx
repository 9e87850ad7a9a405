import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Pattern, PatternsReply } from '../../../contract/patterns.ts';
import { Badge } from '../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { useFormat } from '../../use-format.ts';
import { TemplateText } from './template-text.tsx';

function ChangeCell({ pattern }: { pattern: Pattern }) {
  const t = useTranslations('patterns');
  const format = useFormat();
  const { change, before } = pattern;
  const show = (value: number): string => t('points', { value: format.signed(value * 100) });
  if (change === null) {
    return (
      <span className="text-muted" title={t('changeUnknown', { n: format.count(before.n) })}>
        –
      </span>
    );
  }
  const isSure = change.low > 0 || change.high < 0;
  const tone = change.low > 0 ? 'text-bad' : 'text-good';
  return (
    <span title={t('changeTitle', { before: format.percent(before.value, 1) })}>
      <span className={isSure ? `font-medium ${tone}` : 'text-muted'}>{show(change.value)}</span>
      <span className="block text-2xs text-muted">
        {format.signed(change.low * 100)} – {format.signed(change.high * 100)}
      </span>
    </span>
  );
}

function Kinds({ pattern }: { pattern: Pattern }) {
  const t = useTranslations('patterns.failures');
  const format = useFormat();
  const kinds = [
    ['error', pattern.errors],
    ['low_quality', pattern.lowQuality],
    ['flagged', pattern.flagged],
  ] as const;
  return (
    <span className="flex flex-wrap gap-1">
      {kinds
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => (
          <Badge key={kind}>
            {t(kind)} {format.count(count)}
          </Badge>
        ))}
    </span>
  );
}

function useColumns(minCalls: number): readonly DataColumn<Pattern>[] {
  const t = useTranslations('patterns');
  const common = useTranslations('common');
  const format = useFormat();
  const tooFew = (n: number): string =>
    common('notEnough', { n: format.count(n), needed: format.count(minCalls) });
  return [
    {
      id: 'template',
      header: t('columns.pattern'),
      cell: ({ id, template }) => (
        <Link
          to="/patterns"
          search={(before) => ({ ...before, pattern: id })}
          hash="pattern"
          className="block min-w-56 max-w-xl font-medium hover:underline"
        >
          <TemplateText template={template} />
        </Link>
      ),
    },
    {
      id: 'calls',
      header: t('columns.calls'),
      isNumber: true,
      cell: ({ calls }) => format.count(calls),
    },
    {
      id: 'failed',
      header: t('columns.failed'),
      isNumber: true,
      cell: ({ failed }) => format.count(failed),
    },
    {
      id: 'rate',
      header: t('columns.rate'),
      title: t('rateTitle'),
      isNumber: true,
      cell: ({ rate }) => (
        <EstimateCell estimate={rate} show={(value) => format.percent(value, 1)} />
      ),
    },
    {
      id: 'verdict',
      header: t('columns.verdict'),
      title: t('verdictTitle'),
      cell: ({ isWorse, rate }) =>
        isWorse === null ? (
          <span className="text-2xs text-muted">{tooFew(rate.n)}</span>
        ) : (
          isWorse && <Badge tone="bad">{t('worse')}</Badge>
        ),
    },
    {
      id: 'change',
      header: t('columns.change'),
      title: t('changeHelp'),
      isNumber: true,
      cell: (pattern) => <ChangeCell pattern={pattern} />,
    },
    { id: 'kinds', header: t('columns.kinds'), cell: (pattern) => <Kinds pattern={pattern} /> },
  ];
}

/** Prompt groups, the chosen order first. */
export function PatternsTable({ reply }: { reply: PatternsReply }) {
  const t = useTranslations('patterns');
  const columns = useColumns(reply.minCalls);
  return (
    <DataTable label={t('list')} columns={columns} rows={reply.items} rowKey={({ id }) => id} />
  );
}
