import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { useFormat } from '../../use-format.ts';

const KINDS = [
  'input',
  'cachedInput',
  'cacheWriteInput',
  'audioInput',
  'output',
  'reasoning',
  'audioOutput',
] as const;
/** Shown even when they are not known. */
const ALWAYS: ReadonlySet<string> = new Set(['input', 'output']);

/** Tokens and money, and who says so. */
export function UsageAndCost({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.usage');
  const format = useFormat();
  const { usage } = detail;
  const shown = KINDS.filter((kind) => ALWAYS.has(kind) || (usage[kind] ?? 0) > 0);
  const cost = [detail.costSource, detail.priceVersion].filter((fact) => fact !== null).join(' · ');
  return (
    <section aria-label={t('title')}>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(7rem,1fr))] gap-x-4 gap-y-2 text-xs">
        {shown.map((kind) => (
          <div key={kind}>
            <dt className="text-muted">{t(kind)}</dt>
            <dd className="font-medium tabular-nums">{format.count(usage[kind])}</dd>
          </div>
        ))}
        <div>
          <dt className="text-muted">{t('cost')}</dt>
          <dd className="font-medium tabular-nums">{format.usd(detail.costUsd)}</dd>
        </div>
      </dl>
      <p className="mt-1 text-2xs text-muted">
        {usage.source === null ? t('unknown') : t(`sources.${usage.source}`)}
        {' · '}
        {detail.costUsd === null ? t('noPrice') : t('priceFrom', { source: cost || '–' })}
      </p>
    </section>
  );
}
