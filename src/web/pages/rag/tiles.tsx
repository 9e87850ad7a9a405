import { useTranslations } from 'use-intl';
import type { Estimate } from '../../../contract/common.ts';
import type { RagReply } from '../../../contract/rag.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { useFormat } from '../../use-format.ts';

interface Tile {
  readonly name: 'hitRate' | 'rerankRate' | 'cacheHitRate' | 'p95' | 'grounding' | 'errorRate';
  readonly value: string;
  readonly print: string;
  readonly extra?: string | undefined;
}

function useTiles({ hitRate, unknownHits, retrievals, ...reply }: RagReply): readonly Tile[] {
  const t = useTranslations('rag');
  const format = useFormat();
  const print = useSmallPrint();
  const percent = (value: number | null): string => format.percent(value, 1);
  const rate = (estimate: Estimate): Pick<Tile, 'value' | 'print'> => ({
    value: percent(estimate.value),
    print: print(estimate, percent),
  });
  const { latencyMs, grounding } = reply;
  const isUnknown = unknownHits > 0 && retrievals > 0;
  return [
    {
      name: 'hitRate',
      ...rate(hitRate),
      extra: isUnknown ? t('unknownHits', { n: format.count(unknownHits) }) : undefined,
    },
    { name: 'rerankRate', ...rate(reply.rerankRate) },
    { name: 'cacheHitRate', ...rate(reply.cacheHitRate) },
    {
      name: 'p95',
      value: format.duration(latencyMs.p95),
      print: t('median', { value: format.duration(latencyMs.p50), n: format.count(latencyMs.n) }),
    },
    {
      name: 'grounding',
      value: format.score(grounding.mean.value),
      print: print(grounding.mean, format.score),
      extra:
        grounding.flagged.n > 0
          ? t('groundingFlagged', { rate: percent(grounding.flagged.value) })
          : undefined,
    },
    { name: 'errorRate', ...rate(reply.errorRate) },
  ];
}

/** The indicators of the range, each with what it stands on. */
export function RagTiles({ reply }: { reply: RagReply }) {
  const t = useTranslations('rag');
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      {useTiles(reply).map(({ name, value, print, extra }) => (
        <div key={name} className="panel flex min-w-0 flex-col gap-1 p-3" title={t(`help.${name}`)}>
          <dt className="truncate text-xs text-muted">{t(`tiles.${name}`)}</dt>
          <dd className="text-xl leading-7 font-semibold tracking-tight tabular-nums">{value}</dd>
          <dd className="text-2xs text-muted tabular-nums">{print}</dd>
          {extra !== undefined && <dd className="text-2xs text-muted tabular-nums">{extra}</dd>}
        </div>
      ))}
    </dl>
  );
}
