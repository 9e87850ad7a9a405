import { flexRender, getCoreRowModel, type Row, useReactTable } from '@tanstack/react-table';
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { InteractionSummary } from '../../../contract/interactions.ts';
import { classNames } from '../../ui/class-names.ts';
import { useColumns } from './columns.tsx';

const ROW_PX = 50;
const END_ROWS = 10;

/** One template for head and rows; a narrow panel keeps status, previews and scores. */
const GRID =
  'grid items-center gap-x-3 px-3 grid-cols-[16px_minmax(0,1fr)_minmax(0,7.5rem)] @3xl:grid-cols-[16px_6.25rem_minmax(0,7.5rem)_minmax(0,1fr)_minmax(0,8rem)_5.5rem_5rem_4rem]';

const NARROW: Readonly<Record<string, string>> = {
  createdAt: '@max-3xl:hidden',
  model: '@max-3xl:hidden',
  tokens: '@max-3xl:hidden text-end',
  costUsd: '@max-3xl:hidden text-end',
  latencyMs: '@max-3xl:hidden text-end',
};

interface RowProps {
  readonly row: Row<InteractionSummary>;
  readonly place: VirtualItem;
  readonly isCurrent: boolean;
  readonly onPeek: (id: string) => void;
}

function TableRow({ row, place, isCurrent, onPeek }: RowProps) {
  const t = useTranslations('interactions');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list places its rows itself
    <div
      role="row"
      tabIndex={0}
      aria-rowindex={place.index + 2}
      aria-current={isCurrent}
      onClick={() => onPeek(row.original.id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        event.stopPropagation();
        onPeek(row.original.id);
      }}
      title={t('peekHint')}
      className={classNames(
        GRID,
        'absolute inset-x-0 cursor-pointer border-b border-line text-xs tabular-nums -outline-offset-2 hover:bg-hover',
        isCurrent && 'bg-accent-soft hover:bg-accent-soft',
      )}
      style={{ height: ROW_PX, transform: `translateY(${place.start}px)` }}
    >
      {row.getVisibleCells().map((cell) => (
        // biome-ignore lint/a11y/useSemanticElements: see the row
        <div key={cell.id} role="cell" className={classNames('min-w-0', NARROW[cell.column.id])}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </div>
      ))}
    </div>
  );
}

interface Props {
  readonly rows: readonly InteractionSummary[];
  readonly cursor: string | null;
  readonly onPeek: (id: string) => void;
  readonly onEnd: () => void;
  readonly isLoadingMore: boolean;
}

function useRows({ rows, cursor, onEnd }: Pick<Props, 'rows' | 'cursor' | 'onEnd'>) {
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns();
  const table = useReactTable({
    data: rows as InteractionSummary[],
    columns,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => row.id,
  });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - END_ROWS) onEnd();
  }, [last, rows.length, onEnd]);
  const at = rows.findIndex((row) => row.id === cursor);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  return { scroller, table, virtual };
}

/** Only the rows that are seen are drawn; the end asks for the next page. */
export function InteractionsTable({ rows, cursor, onPeek, onEnd, isLoadingMore }: Props) {
  const t = useTranslations('interactions');
  const { scroller, table, virtual } = useRows({ rows, cursor, onEnd });
  const all = table.getRowModel().rows;
  return (
    <div
      ref={scroller}
      className="@container min-h-0 grow overflow-y-auto"
      aria-busy={isLoadingMore}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a virtual list places its rows itself */}
      <div role="table" aria-label={t('title')} aria-rowcount={rows.length + 1}>
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div role="rowgroup" className="sticky top-0 z-10 rounded-t-lg bg-surface">
          {table.getHeaderGroups().map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: see above
            // biome-ignore lint/a11y/useFocusableInteractive: nothing happens in the head
            <div
              key={group.id}
              role="row"
              aria-rowindex={1}
              className={`${GRID} h-8 border-b border-line text-2xs font-medium text-muted`}
            >
              {group.headers.map((header) => (
                // biome-ignore lint/a11y/useSemanticElements: see above
                // biome-ignore lint/a11y/useFocusableInteractive: nothing happens in the head
                <div
                  key={header.id}
                  role="columnheader"
                  className={classNames('truncate', NARROW[header.column.id])}
                >
                  {header.column.id === 'status' ? (
                    <span className="sr-only">{t('columns.status')}</span>
                  ) : (
                    flexRender(header.column.columnDef.header, header.getContext())
                  )}
                </div>
              ))}
            </div>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((place) => {
            const row = all[place.index];
            if (row === undefined) return null;
            return (
              <TableRow
                key={row.id}
                row={row}
                place={place}
                isCurrent={row.original.id === cursor}
                onPeek={onPeek}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
