import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { SafetyReply, SafetyScore } from '../../../contract/safety.ts';
import { TrendChart, type TrendInput } from '../../charts/index.ts';
import { useRangeChoice } from '../../frame/use-range-choice.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { Section } from '../../ui/section.tsx';
import { useFormat } from '../../use-format.ts';

const MOST_CHARTS = 4;
const UNIT_MS = { hour: 3_600_000, day: 86_400_000 };

function useInput(reply: SafetyReply): (name: SafetyScore) => TrendInput {
  const t = useTranslations('safety');
  const format = useFormat();
  const print = useSmallPrint();
  return useMemo(() => {
    const show = (value: number | null): string => format.percent(value, 1);
    const label = (at: number): string =>
      reply.interval === 'day' ? format.utcBucket(at, 'day') : format.bucket(at, 'hour');
    const times = reply.points.map(({ at }) => Date.parse(at));
    const from = times[0] ?? 0;
    const to = (times.at(-1) ?? 0) + UNIT_MS[reply.interval];
    return (name): TrendInput => ({
      series: [
        {
          name: t('columns.rate'),
          tone: 'bad',
          kind: 'line',
          points: reply.points.map(({ at, types }) => {
            const rate = types.find((type) => type.name === name)?.rate ?? null;
            if (rate === null) return { at: Date.parse(at), value: null };
            const { value, low, high } = rate;
            return { at: Date.parse(at), value, low, high, note: print(rate, show) };
          }),
        },
      ],
      from,
      to,
      show,
      showAxis: (value) => format.percent(value, value > 0 && value < 0.01 ? 1 : 0),
      showTime: label,
      showTimeFull: (at) => format.timeFull(new Date(at).toISOString()),
      isFraction: true,
      isUtc: reply.interval === 'day',
    });
  }, [reply, format, print, t]);
}

/** How the rates of the most frequent kinds moved; dragging over a chart sets the range. */
export function FlagTrends({ reply }: { reply: SafetyReply }) {
  const t = useTranslations('safety');
  const format = useFormat();
  const inputOf = useInput(reply);
  const { chooseSpan } = useRangeChoice();
  return (
    <div className="grid gap-3 md:grid-cols-2">
      {reply.types
        .filter(({ flagged }) => flagged > 0)
        .slice(0, MOST_CHARTS)
        .map(({ name, rate }) => (
          <Section key={name} title={t(`names.${name}`)} note={t(`per.${reply.interval}`)}>
            <TrendChart
              input={inputOf(name)}
              label={t('chartLabel', {
                name: t(`names.${name}`),
                rate: format.percent(rate.value, 1),
              })}
              empty={t('noData')}
              onBrush={chooseSpan}
            />
          </Section>
        ))}
    </div>
  );
}
