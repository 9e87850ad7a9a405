import { ArrowDownRight, ArrowUpRight } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { classNames } from '../../ui/class-names.ts';
import { DifferenceLine } from '../../ui/difference-line.tsx';
import { useFormat } from '../../use-format.ts';
import type { Change } from './change.ts';

const COLORS = { better: 'text-good', worse: 'text-bad', unclear: 'text-muted' };

function ChangeMark({ change }: { change: Change }) {
  const t = useTranslations('overview');
  const format = useFormat();
  if (change.ratio === null) return null;
  const Arrow = change.ratio < 0 ? ArrowDownRight : ArrowUpRight;
  return (
    <span
      title={t(`verdicts.${change.verdict}`)}
      className={classNames(
        'inline-flex items-center gap-0.5 text-xs font-medium tabular-nums',
        COLORS[change.verdict],
      )}
    >
      {change.ratio !== 0 && <Arrow aria-hidden="true" className="size-3.5" />}
      {format.change(change.ratio)}
      <span className="sr-only">{t(`verdicts.${change.verdict}`)}</span>
    </span>
  );
}

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly print: string;
  readonly change: Change;
  /** Whether the test of the change is shown. */
  readonly compares: boolean;
  /** A second line of small print, with words on hover of its own. */
  readonly extra?: { readonly text: string; readonly hint: string } | undefined;
}

/** One number, what it stands on, and how it moved. */
export function StatTile({ label, hint, value, print, change, compares, extra }: Props) {
  return (
    <div className="panel flex min-w-0 flex-col gap-1 p-3" title={hint}>
      <dt className="truncate text-xs text-muted">{label}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-xl leading-7 font-semibold tracking-tight tabular-nums">{value}</span>
        <ChangeMark change={change} />
      </dd>
      <dd className="text-2xs text-muted tabular-nums">{print}</dd>
      {compares && change.tested !== null && (
        <dd>
          <DifferenceLine {...change.tested} isWide />
        </dd>
      )}
      {extra !== undefined && (
        <dd className="text-2xs text-accent tabular-nums" title={extra.hint}>
          {extra.text}
        </dd>
      )}
    </div>
  );
}
