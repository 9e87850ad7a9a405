import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { CostsReply } from '../../../contract/costs.ts';
import { TrendChart, type TrendInput } from '../../charts/index.ts';
import { useRangeChoice } from '../../frame/use-range-choice.ts';
import { Section } from '../../ui/section.tsx';
import { useFormat } from '../../use-format.ts';

/** Cost by day, week or month; dragging over it sets the range. */
export function CostTrend({ reply }: { reply: CostsReply }) {
  const t = useTranslations('costs');
  const format = useFormat();
  const { chooseSpan } = useRangeChoice();
  const input = useMemo((): TrendInput => {
    const points = reply.points.map(({ at, costUsd, requests }) => ({
      at: Date.parse(at),
      value: costUsd,
      note: t('tiles.calls', { n: format.count(requests) }),
    }));
    const label = (at: number): string => format.utcBucket(at, reply.interval);
    return {
      series: [{ name: t('tiles.spent'), tone: 'accent', kind: 'bar', points }],
      from: Date.parse(reply.points[0]?.at ?? reply.from),
      to: Date.parse(reply.to),
      show: (value) => format.usd(value),
      showAxis: (value, most) => format.usdAxis(value, most),
      showTime: label,
      showTimeFull: label,
      isFraction: false,
      isUtc: true,
    };
  }, [reply, format, t]);
  const title = t('trend');
  return (
    <Section title={title} note={t('trendNote')}>
      <TrendChart
        input={input}
        label={t('trendLabel', { total: format.usd(reply.totals.costUsd) })}
        empty={t('empty')}
        className="h-48"
        onBrush={chooseSpan}
      />
    </Section>
  );
}
