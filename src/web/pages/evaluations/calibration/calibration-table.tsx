import { useTranslations } from 'use-intl';
import type { CalibratedEvaluator, CalibrationBar } from '../../../../contract/calibration.ts';
import type { CalibrationChoice } from '../../../data/calibration.ts';
import { Badge } from '../../../ui/badge.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { useFormat } from '../../../use-format.ts';
import { IntervalLine } from './interval-line.tsx';
import { StandingBadge } from './standing-badge.tsx';

/** What tells one row from another. */
export function keyOf({ name, evaluator, evaluatorVersion }: CalibrationChoice): string {
  return [name, evaluator, evaluatorVersion].join('\n');
}

interface Props {
  readonly items: readonly CalibratedEvaluator[];
  readonly bar: CalibrationBar;
  readonly chosen: string | null;
  readonly onChoose: (choice: CalibrationChoice) => void;
}

function useColumns({ bar, chosen, onChoose }: Props): readonly DataColumn<CalibratedEvaluator>[] {
  const t = useTranslations('calibration');
  const format = useFormat();
  return [
    {
      id: 'evaluator',
      header: t('columns.evaluator'),
      cell: (item) => (
        <>
          <button
            type="button"
            aria-pressed={keyOf(item) === chosen}
            onClick={() => onChoose(item)}
            className={classNames(
              'text-start text-accent hover:underline',
              keyOf(item) === chosen ? 'font-semibold' : 'font-medium',
            )}
          >
            {item.name}
          </button>
          <p className="text-2xs text-muted wrap-anywhere">
            {item.evaluator} · {item.evaluatorVersion}
          </p>
        </>
      ),
    },
    {
      id: 'standing',
      header: t('columns.standing'),
      cell: (item) => (
        <span className="flex flex-wrap gap-1">
          <StandingBadge standing={item.standing} n={item.n} bar={bar} />
          {!item.weighted && <Badge title={t('unweightedHint')}>{t('unweighted')}</Badge>}
        </span>
      ),
    },
    {
      id: 'kappa',
      header: t('columns.kappa'),
      title: t('hints.kappa'),
      cell: (item) => (
        <span className="flex items-center gap-3 whitespace-nowrap">
          <IntervalLine kappa={item.kappa} bar={bar.kappa} />
          <span className="tabular-nums">
            <EstimateCell estimate={item.kappa} show={format.score} />
          </span>
        </span>
      ),
    },
    {
      id: 'sensitivity',
      header: t('columns.sensitivity'),
      title: t('hints.sensitivity'),
      isNumber: true,
      cell: (item) => <EstimateCell estimate={item.sensitivity} show={format.percent} />,
    },
    {
      id: 'specificity',
      header: t('columns.specificity'),
      title: t('hints.specificity'),
      isNumber: true,
      cell: (item) => <EstimateCell estimate={item.specificity} show={format.percent} />,
    },
  ];
}

/** Each evaluator and version with what people say of it. */
export function CalibrationTable(props: Props) {
  const t = useTranslations('calibration');
  const columns = useColumns(props);
  return <DataTable label={t('title')} columns={columns} rows={props.items} rowKey={keyOf} />;
}
