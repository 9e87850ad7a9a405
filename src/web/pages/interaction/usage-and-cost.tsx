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
const INPUT_ONLY: ReadonlySet<string> = new Set(['input']);

/** Where the cost comes from; null for a call that failed before there was anything to pay for. */
function useProvenance(detail: InteractionDetail): string | null {
  const t = useTranslations('interaction.usage');
  const { cache, costUsd, costSource, priceVersion } = detail;
  if (cache === 'hit') return t('fromCache');
  if (costUsd === null) return detail.status === 'error' ? null : t('noPrice');
  const source = KNOWN_SOURCES.find((known) => known === costSource);
  const parts = [source === undefined ? costSource : t(`costSources.${source}`), priceVersion];
  return t('priceFrom', { source: parts.filter((part) => part !== null).join(' · ') || '–' });
}

const KNOWN_SOURCES = ['reported', 'counted', 'estimated'] as const;

/** Tokens and money, and who says so. */
export function UsageAndCost({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.usage');
  const format = useFormat();
  const { usage } = detail;
  const provenance = useProvenance(detail);
  const always = detail.operation === 'embeddings' ? INPUT_ONLY : ALWAYS;
  const shown = KINDS.filter((kind) => always.has(kind) || (usage[kind] ?? 0) > 0);
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
          <dd className="font-medium tabular-nums">
            {detail.cache === 'hit' ? format.usd(detail.costUsd) : format.cost(detail.costUsd)}
          </dd>
        </div>
      </dl>
      <p className="mt-1 text-2xs text-muted">
        {usage.source === null ? t('unknown') : t(`sources.${usage.source}`)}
        {provenance !== null && ` · ${provenance}`}
      </p>
    </section>
  );
}
