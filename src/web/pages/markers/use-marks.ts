import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Marker } from '../../../contract/changes.ts';
import type { ChartMark } from '../../charts/index.ts';
import { useMarkers } from '../../data/markers.ts';

/** A marker in a few words: its kind and what it happened to. */
export function useMarkerTitle(): (marker: Marker) => string {
  const t = useTranslations('markers');
  return ({ kind, title }) => t('title', { kind: t(`kinds.${kind}`), title });
}

/** The markers of the range as the charts draw them. */
export function useMarks(): readonly ChartMark[] {
  const t = useTranslations('markers');
  const markers = useMarkers();
  const items = markers.data?.items;
  return useMemo(
    () =>
      (items ?? []).map(({ at, kind, title }) => ({
        at: Date.parse(at),
        title: t('title', { kind: t(`kinds.${kind}`), title }),
      })),
    [items, t],
  );
}
