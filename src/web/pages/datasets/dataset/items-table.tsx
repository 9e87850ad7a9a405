import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Dataset, DatasetItem } from '../../../../contract/datasets.ts';
import { useRemoveItem } from '../../../data/datasets.ts';
import { IconButton } from '../../../ui/button.tsx';

const ROW_PX = 48;
const END_ROWS = 20;
const WIDE = 'max-md:hidden px-3';

function lastQuestion({ messages }: DatasetItem): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}

interface RowProps {
  readonly item: DatasetItem;
  readonly dataset: Dataset;
  readonly isLatest: boolean;
}

function Row({ item, dataset, isLatest }: RowProps) {
  const t = useTranslations('datasets');
  const remove = useRemoveItem(dataset.id);
  return (
    <tr className="border-b border-line hover:bg-hover" style={{ height: ROW_PX }}>
      <td className="ps-4 pe-3">
        <span className="line-clamp-2 wrap-anywhere" title={lastQuestion(item)}>
          {lastQuestion(item)}
        </span>
      </td>
      <td className="px-3">
        <span className="line-clamp-2 text-muted wrap-anywhere" title={item.reference ?? ''}>
          {item.reference ?? '–'}
        </span>
      </td>
      <td className={`${WIDE} text-end tabular-nums`}>
        {item.context.length === 0 ? '–' : item.context.length}
      </td>
      <td className={`${WIDE} truncate font-mono text-2xs text-muted`} title={item.key}>
        {item.interactionId === null ? (
          item.key
        ) : (
          <Link
            to="/interactions/$id"
            params={{ id: item.interactionId }}
            className="text-accent hover:underline"
          >
            {t('fromCall')}
          </Link>
        )}
      </td>
      <td className="pe-2 text-end">
        {isLatest && (
          <IconButton
            label={t('takeOut')}
            disabled={remove.isPending}
            onClick={() => remove.mutate(item.id)}
          >
            <X aria-hidden="true" className="size-3.5" />
          </IconButton>
        )}
      </td>
    </tr>
  );
}

function Head() {
  const t = useTranslations('datasets');
  return (
    <thead className="sticky top-0 z-10 bg-surface">
      <tr className="h-8 text-start text-2xs font-medium text-muted">
        <th scope="col" className="w-1/2 ps-4 pe-3 text-start font-medium">
          {t('columns.question')}
        </th>
        <th scope="col" className="px-3 text-start font-medium">
          {t('columns.reference')}
        </th>
        <th scope="col" className={`${WIDE} w-20 text-end font-medium`}>
          {t('columns.context')}
        </th>
        <th scope="col" className={`${WIDE} w-36 text-start font-medium`}>
          {t('columns.key')}
        </th>
        <th scope="col" className="w-12">
          <span className="sr-only">{t('takeOut')}</span>
        </th>
      </tr>
    </thead>
  );
}

/** The room of rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr style={{ height }}>
      <td colSpan={5} />
    </tr>
  );
}

interface Props extends Omit<RowProps, 'item'> {
  readonly items: readonly DatasetItem[];
  readonly onEnd: () => void;
}

/** Only the rows that are seen are drawn; the end asks for the next page. */
export function ItemsTable({ items, onEnd, ...rest }: Props) {
  const t = useTranslations('datasets');
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const places = virtual.getVirtualItems();
  const last = places.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - END_ROWS) onEnd();
  }, [last, items.length, onEnd]);
  const seen = places.flatMap(({ index }) => items[index] ?? []);
  return (
    <section
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      aria-label={t('columns.items')}
      className="max-h-[60vh] overflow-y-auto"
    >
      <table
        className="w-full table-fixed border-collapse text-xs"
        aria-rowcount={items.length + 1}
      >
        <Head />
        <tbody>
          <Gap height={places[0]?.start ?? 0} />
          {seen.map((item) => (
            <Row key={item.id} item={item} {...rest} />
          ))}
          <Gap height={virtual.getTotalSize() - (places.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </section>
  );
}
