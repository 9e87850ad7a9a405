import { useTranslations } from 'use-intl';
import type { Accuracy } from '../../../../contract/calibration.ts';
import { classNames } from '../../../ui/class-names.ts';
import { useFormat } from '../../../use-format.ts';

/** Good first: what people want to see. */
const ORDER = [1, 0] as const;

/** Counted labels: rows are people, columns the evaluator. */
export function ConfusionMatrix({ confusion }: { confusion: Accuracy['confusion'] }) {
  const t = useTranslations('calibration.matrix');
  const format = useFormat();
  const heads = { 1: t('good'), 0: t('bad') };
  return (
    <table className="w-full max-w-md border-separate border-spacing-1 text-xs">
      <caption className="sr-only">{t('caption')}</caption>
      <thead>
        <tr>
          <td />
          <th colSpan={2} scope="colgroup" className="text-2xs font-medium text-muted">
            {t('evaluator')}
          </th>
        </tr>
        <tr>
          <td />
          {ORDER.map((judge) => (
            <th key={judge} scope="col" className="text-2xs font-medium text-muted">
              {heads[judge]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ORDER.map((person) => (
          <tr key={person}>
            <th scope="row" className="w-28 text-start text-2xs font-medium text-muted">
              {t('people', { said: heads[person] })}
            </th>
            {ORDER.map((judge) => (
              <td
                key={judge}
                className={classNames(
                  'rounded-md py-3 text-center text-base font-semibold tabular-nums',
                  person === judge ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad',
                )}
              >
                {format.count(confusion[person]?.[judge] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
