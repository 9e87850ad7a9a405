import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ExperimentResults } from '../../../../contract/experiments.ts';
import { TrendChart, type TrendInput } from '../../../charts/index.ts';
import { Section } from '../../../ui/section.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';

const HOUR = 3_600_000;

function useInput(results: ExperimentResults, arm: string): TrendInput {
  const t = useTranslations('experiments');
  const format = useFormat();
  const metrics = useMetrics();
  return useMemo(() => {
    const { looks, experiment } = results;
    const metric = experiment.primaryMetric;
    const points = looks.map(({ at, arms }) => {
      const found = arms.find((one) => one.arm === arm)?.difference ?? null;
      return {
        at: Date.parse(at),
        value: found?.value ?? null,
        low: found?.low ?? null,
        high: found?.high ?? null,
        note:
          found === null || found.low === null || found.high === null
            ? t('chart.units', { n: format.count(found?.n ?? 0) })
            : t('chart.note', {
                low: metrics.signed(metric, found.low),
                high: metrics.signed(metric, found.high),
                n: format.count(found.n),
              }),
      };
    });
    const now = Date.parse(results.at);
    const first = points[0]?.at ?? now;
    const last = points.at(-1)?.at ?? now;
    const margin = Math.max(HOUR / 2, (last - first) / 40);
    const [from, to] = [first - margin, last + margin];
    const zero = [from, ...points.map(({ at }) => at), to].map((at) => ({ at, value: 0 }));
    const short = (at: number): string => format.timeShort(new Date(at).toISOString());
    return {
      series: [
        { name: experiment.control, tone: 'edge', kind: 'line', points: zero },
        { name: arm, tone: 'accent', kind: 'line', points },
      ],
      from,
      to,
      show: (value) => metrics.signed(metric, value),
      showAxis: (value) => metrics.signed(metric, value),
      showTime: short,
      showTimeFull: short,
      isFraction: false,
      isSigned: true,
    };
  }, [results, arm, t, format, metrics]);
}

/** The difference to control with its interval, look by look. */
export function LooksChart({ results }: { results: ExperimentResults }) {
  const t = useTranslations('experiments');
  const others = results.arms.filter(({ control }) => !control).map(({ arm }) => arm);
  const [chosen, setChosen] = useState(others[0] ?? '');
  const arm = others.includes(chosen) ? chosen : (others[0] ?? '');
  const input = useInput(results, arm);
  const { control } = results.experiment;
  return (
    <Section
      title={t('chart.title')}
      note={t('chart.hint', { control })}
      {...(others.length < 2
        ? {}
        : {
            actions: (
              <Segmented
                label={t('columns.arm')}
                value={arm}
                onChoose={setChosen}
                options={others.map((value) => ({ value, label: value }))}
              />
            ),
          })}
    >
      <TrendChart
        input={input}
        label={t('chart.label', { arm, control })}
        empty={t('chart.empty')}
        className="h-56"
      />
    </Section>
  );
}
