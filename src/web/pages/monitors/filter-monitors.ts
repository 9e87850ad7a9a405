import type { Monitor } from '../../../contract/monitors.ts';
import type { MonitorsSearch } from './search.ts';

const RANK: Record<Monitor['state'], number> = {
  firing: 0,
  pending: 1,
  no_data: 2,
  learning: 3,
  ok: 4,
  disabled: 5,
};

function textOf({ name, description, metric, slice, labels, channels }: Monitor): string {
  const parts = [name, description, ...Object.values(metric), ...Object.values(slice)];
  const own = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [...parts, ...own, ...channels].join(' ').toLowerCase();
}

/** The monitors that fit, those that need somebody first. All words of the search must be found. */
export function filterMonitors(
  items: readonly Monitor[],
  { search = '', state, severity }: MonitorsSearch,
): readonly Monitor[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return items
    .filter(
      (monitor) =>
        (state === undefined || monitor.state === state) &&
        (severity === undefined || monitor.severity === severity) &&
        words.every((word) => textOf(monitor).includes(word)),
    )
    .toSorted((a, b) => RANK[a.state] - RANK[b.state] || (a.name < b.name ? -1 : 1));
}
