import { useTranslations } from 'use-intl';
import type { CalibrationDetail } from '../../../../contract/calibration.ts';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { useFormat } from '../../../use-format.ts';

type Slice = CalibrationDetail['byModel'][number];

interface Props {
  readonly label: string;
  readonly slices: readonly Slice[];
  readonly isLanguage?: boolean;
}

/** The same figures for parts of the labels. */
export function SliceTable({ label, slices, isLanguage = false }: Props) {
  const t = useTranslations('calibration');
  const format = useFormat();
  const columns: readonly DataColumn<Slice>[] = [
    {
      id: 'value',
      header: t('columns.slice'),
      cell: ({ value }) =>
        isLanguage && value === 'und' ? t('unknownLanguage') : <span>{value}</span>,
    },
    {
      id: 'kappa',
      header: t('columns.kappa'),
      isNumber: true,
      cell: ({ kappa }) => <EstimateCell estimate={kappa} show={format.score} />,
    },
    {
      id: 'sensitivity',
      header: t('columns.sensitivity'),
      isNumber: true,
      cell: ({ sensitivity }) => <EstimateCell estimate={sensitivity} show={format.percent} />,
    },
    {
      id: 'specificity',
      header: t('columns.specificity'),
      isNumber: true,
      cell: ({ specificity }) => <EstimateCell estimate={specificity} show={format.percent} />,
    },
  ];
  if (slices.length === 0)
    return <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('tooFew')}</p>;
  return <DataTable label={label} columns={columns} rows={slices} rowKey={({ value }) => value} />;
}
