import { useTranslations } from 'use-intl';
import type { CalibrationDetail } from '../../../../contract/calibration.ts';
import { useFormat } from '../../../use-format.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly print: string;
  readonly hint: string;
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="flex flex-col gap-3 text-[0.8125rem]">
      {facts.map(({ name, value, print, hint }) => (
        <div key={name} title={hint}>
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-base font-semibold tabular-nums">{value}</dd>
          <dd className="text-2xs text-muted tabular-nums">{print}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the evaluator says of everything, beside what people would say. */
export function CorrectedFacts({ detail }: { detail: CalibrationDetail }) {
  const t = useTranslations('calibration');
  const format = useFormat();
  const { corrected, goodRate } = detail;
  const between = (low: number | null, high: number | null, show: typeof format.score): string =>
    t('between', { low: show(low), high: show(high) });
  const mean =
    corrected === null || corrected.value === null
      ? {
          value: t('notEnough', {
            n: format.count(corrected?.nLabelled ?? 0),
            needed: format.count(corrected?.nNeeded ?? 0),
          }),
          print: t('onlySamples'),
        }
      : {
          value: format.score(corrected.value),
          print: `${between(corrected.low, corrected.high, format.score)} · ${t('ofCounts', {
            judged: format.count(corrected.nJudged ?? 0),
            labelled: format.count(corrected.nLabelled),
            naive: format.score(corrected.naive),
          })}`,
        };
  const rate = {
    value: format.percent(goodRate.value),
    print:
      goodRate.value === null
        ? t('noBetterThanChance')
        : `${between(goodRate.low, goodRate.high, format.percent)} · ${t('naiveRate', {
            naive: format.percent(goodRate.naive),
            n: format.count(goodRate.nJudged),
          })}${goodRate.clamped ? ` · ${t('clamped')}` : ''}`,
  };
  return (
    <Facts
      facts={[
        { name: t('correctedMean'), hint: t('hints.ppi'), ...mean },
        { name: t('correctedRate'), hint: t('hints.roganGladen'), ...rate },
      ]}
    />
  );
}
