import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { LedgerReply } from '../../../contract/analytics.ts';
import { useLedger } from '../../data/analytics.ts';
import { Badge } from '../../ui/badge.tsx';
import { classNames } from '../../ui/class-names.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';

const COUNTS = ['accepted', 'stored', 'spooled', 'dropped', 'rejected', 'evaluated'] as const;
/** Counts that are bad news when they are not zero. */
const LOSSES: ReadonlySet<string> = new Set(['dropped', 'rejected']);

function Counts({ ledger }: { ledger: LedgerReply }) {
  const t = useTranslations('ledger');
  const format = useFormat();
  return (
    <dl className="grid grid-cols-3 gap-x-4 gap-y-3 sm:grid-cols-6">
      {COUNTS.map((name) => (
        <div key={name} title={t(`hints.${name}`)} className="min-w-0">
          <dt className="truncate text-xs text-muted">{t(name)}</dt>
          <dd
            className={classNames(
              'text-base font-semibold tabular-nums',
              LOSSES.has(name) && ledger[name] > 0 && 'text-bad',
            )}
          >
            <span title={format.count(ledger[name])}>{format.compact(ledger[name])}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function State({ ledger }: { ledger: LedgerReply }) {
  const t = useTranslations('ledger');
  const good = ledger.balanced && !ledger.degraded;
  const Icon = good ? CircleCheck : TriangleAlert;
  return (
    <Badge tone={good ? 'good' : 'bad'} title={t('sum')}>
      <Icon aria-hidden="true" className="size-3" />
      {ledger.balanced ? (ledger.degraded ? t('degraded') : t('balanced')) : t('unbalanced')}
    </Badge>
  );
}

/** Where every accepted record is, and whether the sum is right. */
export function LedgerPanel() {
  const t = useTranslations('ledger');
  const format = useFormat();
  const ledger = useLedger();
  return (
    <Section
      title={t('title')}
      actions={ledger.data === undefined ? undefined : <State ledger={ledger.data} />}
    >
      <QueryView query={ledger} skeleton={<SkeletonRows rows={2} />}>
        {(reply) => (
          <div className="flex flex-col gap-3">
            <Counts ledger={reply} />
            {reply.problem !== null && <p className="text-xs text-bad">{reply.problem}</p>}
            <p className="text-2xs text-muted tabular-nums">
              {t('spool', {
                used: format.bytes(reply.spoolBytes),
                limit: format.bytes(reply.spoolMaxBytes),
              })}
              {' · '}
              {t('pending', { count: reply.pending, shown: format.count(reply.pending) })}
              {' · '}
              {t('setAside', { count: reply.setAside, shown: format.count(reply.setAside) })}
            </p>
          </div>
        )}
      </QueryView>
    </Section>
  );
}
