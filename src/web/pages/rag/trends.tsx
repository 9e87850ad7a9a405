import { useTranslations } from 'use-intl';
import type { RagReply } from '../../../contract/rag.ts';
import { TrendChart, type TrendInput } from '../../charts/index.ts';
import { useRangeChoice } from '../../frame/use-range-choice.ts';
import { axisUnit } from '../../time-range.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { Section } from '../../ui/section.tsx';
import { useFormat } from '../../use-format.ts';

const UNIT_MS = { hour: 3_600_000, day: 86_400_000 };
const RATES = ['hitRate', 'rerankRate', 'cacheHitRate'] as const;
type RateName = (typeof RATES)[number];

function useFrame({
  points,
  interval,
}: RagReply): Omit<TrendInput, 'series' | 'show' | 'showAxis' | 'isFraction'> {
  const format = useFormat();
  const times = points.map(({ at }) => Date.parse(at));
  const from = times[0] ?? 0;
  const to = (times.at(-1) ?? 0) + UNIT_MS[interval];
  return {
    ...{ from, to },
    showTime: (at) =>
      interval === 'day' ? format.utcBucket(at, 'day') : format.bucket(at, axisUnit(to - from)),
    showTimeFull: (at) => format.timeFull(new Date(at).toISOString()),
    isUtc: interval === 'day',
  };
}

function useRateInput(reply: RagReply): (name: RateName) => TrendInput {
  const t = useTranslations('rag.tiles');
  const format = useFormat();
  const print = useSmallPrint();
  const frame = useFrame(reply);
  const show = (value: number | null): string => format.percent(value, 1);
  return (name) => ({
    ...frame,
    ...{ show, isFraction: true },
    showAxis: (value) => format.percent(value, 0),
    series: [
      {
        name: t(name),
        tone: 'accent',
        kind: 'line',
        points: reply.points.map((point) => {
          const { value, low, high } = point[name];
          return { at: Date.parse(point.at), value, low, high, note: print(point[name], show) };
        }),
      },
    ],
  });
}

function useLatencyInput(reply: RagReply): TrendInput {
  const t = useTranslations('rag');
  const common = useTranslations('common');
  const format = useFormat();
  return {
    ...useFrame(reply),
    show: (value) => format.duration(value),
    showAxis: (value, most) => format.durationAxis(value, most),
    isFraction: false,
    series: [
      {
        name: t('tiles.p95'),
        tone: 'accent',
        kind: 'line',
        points: reply.points.map(({ at, p95Ms, retrievals }) => ({
          ...{ at: Date.parse(at), value: p95Ms },
          note: common('sampleSize', { n: format.count(retrievals) }),
        })),
      },
    ],
  };
}

/** How the indicators moved; dragging over a chart sets the range. */
export function RagTrends({ reply }: { reply: RagReply }) {
  const t = useTranslations('rag');
  const rateInput = useRateInput(reply);
  const latency = useLatencyInput(reply);
  const { chooseSpan } = useRangeChoice();
  const rates = RATES.filter((name) => reply[name].n > 0);
  const charts = [
    ...rates.map((name) => ({ name, input: rateInput(name) })),
    ...(reply.latencyMs.n > 0 ? [{ name: 'p95' as const, input: latency }] : []),
  ];
  return (
    <div className="grid gap-3 md:grid-cols-2">
      {charts.map(({ name, input }) => (
        <Section key={name} title={t(`tiles.${name}`)} note={t(`per.${reply.interval}`)}>
          <TrendChart
            input={input}
            label={t('chartLabel', { name: t(`tiles.${name}`) })}
            empty={t('noData')}
            onBrush={chooseSpan}
          />
        </Section>
      ))}
    </div>
  );
}
