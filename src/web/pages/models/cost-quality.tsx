import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { CompareReply } from '../../../contract/analytics.ts';
import type { Estimate } from '../../../contract/common.ts';
import { ScatterChart, type ScatterInput } from '../../charts/index.ts';
import { printFilter } from '../../filter-language.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { useFormat } from '../../use-format.ts';

type Models = CompareReply['models'];

function endsOf({ low, high }: Estimate): readonly [number, number] | null {
  return low === null || high === null ? null : [low, high];
}

function useScatterInput(models: Models): ScatterInput {
  const t = useTranslations('models');
  const format = useFormat();
  const print = useSmallPrint();
  return useMemo(() => {
    const showCost = (value: number | null): string => format.cost(value);
    return {
      xName: t('costPerCall'),
      yName: t('columns.quality'),
      showX: format.usd,
      showY: format.score,
      points: models.flatMap((model) => {
        const { costPerRequest, quality } = model;
        if (costPerRequest.value === null || quality.value === null) return [];
        const shown = `${format.score(quality.value)}  (${print(quality, format.score)})`;
        const cost = `${format.cost(costPerRequest.value)}  (${print(costPerRequest, showCost)})`;
        return {
          name: model.model,
          x: costPerRequest.value,
          y: quality.value,
          xEnds: endsOf(costPerRequest),
          yEnds: endsOf(quality),
          n: model.requests,
          details: [
            { label: t('columns.quality'), value: shown },
            { label: t('costPerCall'), value: cost },
            { label: t('columns.requests'), value: format.count(model.requests) },
          ],
        };
      }),
    };
  }, [models, t, format, print]);
}

/** Which model is good for its price; a click lists its interactions. */
export function CostQuality({ models }: { models: Models }) {
  const t = useTranslations('models');
  const navigate = useNavigate();
  const input = useScatterInput(models);
  const pick = useCallback(
    (model: string) => {
      const filter = printFilter([{ kind: 'field', field: 'model', value: model }]);
      void navigate({ to: '/interactions', search: { filter } });
    },
    [navigate],
  );
  if (input.points.length === 0)
    return <p className="text-[0.8125rem] text-muted">{t('scatterEmpty')}</p>;
  const names = input.points.map(
    ({ name, x, y }) => `${name}: ${input.showX(x)}, ${input.showY(y)}`,
  );
  return (
    <ScatterChart input={input} label={`${t('scatter')}. ${names.join('; ')}`} onPick={pick} />
  );
}
