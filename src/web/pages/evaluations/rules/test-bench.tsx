import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RuleTrialReply } from '../../../../contract/rules.ts';
import { useTryRule } from '../../../data/rules.ts';
import { UNKNOWN } from '../../../format.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { useFormat } from '../../../use-format.ts';
import { bodyOf, type RuleDraft } from './rule-draft.ts';

type Item = RuleTrialReply['items'][number];

const TONES: Record<Item['outcome'], Tone> = {
  passed: 'good',
  failed: 'bad',
  unknown: 'neutral',
  out_of_scope: 'neutral',
  error: 'warn',
};
const LIMIT = 50;

function Why({ item }: { item: Item }) {
  const t = useTranslations('rules.bench');
  const told = item.why.filter(({ holds, found }) => holds === true || found !== null);
  if (told.length === 0) return <span className="text-muted">{t('nothingFound')}</span>;
  return (
    <ul className="flex flex-col gap-0.5">
      {told.slice(0, 4).map(({ path, test, found }) => (
        <li key={`${path} ${test}`} className="wrap-anywhere">
          <span className="font-mono text-2xs text-muted">{test}</span> {found ?? ''}
        </li>
      ))}
    </ul>
  );
}

function useColumns(): readonly DataColumn<Item>[] {
  const t = useTranslations('rules.bench');
  const format = useFormat();
  return [
    {
      id: 'outcome',
      header: t('outcome'),
      cell: (item) => (
        <>
          <Badge tone={TONES[item.outcome]}>{t(`outcomes.${item.outcome}`)}</Badge>
          <span className="block text-2xs text-muted tabular-nums">
            {format.score(item.value)} · {format.duration(item.microseconds / 1000)}
          </span>
        </>
      ),
    },
    {
      id: 'answer',
      header: t('answer'),
      cell: (item) => (
        <Link
          to="/interactions/$id"
          params={{ id: item.interactionId }}
          target="_blank"
          className="line-clamp-3 min-w-40 hover:underline"
        >
          {item.answerPreview === '' ? UNKNOWN : item.answerPreview}
        </Link>
      ),
    },
    { id: 'why', header: t('why'), cell: (item) => <Why item={item} /> },
  ];
}

function Results({ reply }: { reply: RuleTrialReply }) {
  const t = useTranslations('rules.bench');
  const format = useFormat();
  const columns = useColumns();
  if (reply.items.length === 0) return <p className="text-muted">{t('noInteractions')}</p>;
  return (
    <>
      <p role="status" className="tabular-nums">
        {t('result', {
          n: format.count(reply.items.length),
          failed: format.count(reply.failed),
          passed: format.count(reply.passed),
          unknown: format.count(reply.unknown),
        })}
      </p>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={reply.items}
        rowKey={({ interactionId }) => interactionId}
      />
    </>
  );
}

/** Tries the draft on the newest interactions of the page's range; nothing is saved by it. */
export function TestBench({ draft }: { draft: RuleDraft }) {
  const t = useTranslations('rules.bench');
  const trial = useTryRule();
  const body = bodyOf(draft);
  const start = (): void => {
    if (body === null) return;
    // A name may still be missing or wrong; trying needs none.
    const { name: _, ...rule } = body;
    trial.mutate({ rule, limit: LIMIT });
  };
  return (
    <div className="flex min-w-0 flex-col gap-2 border-t border-line pt-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{t('title')}</h3>
        <Button disabled={trial.isPending || body === null} onClick={start}>
          <FlaskConical aria-hidden="true" className="size-3.5" />
          {trial.isPending ? t('trying') : t('try', { n: LIMIT })}
        </Button>
      </div>
      <p className="text-2xs text-muted">{t('note')}</p>
      {trial.error !== null && <ErrorPanel error={trial.error} />}
      {trial.data !== undefined && <Results reply={trial.data} />}
    </div>
  );
}
