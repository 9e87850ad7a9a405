import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Alert } from '../../../contract/alerts.ts';
import { useHotkeys } from '../../frame/use-hotkeys.ts';

interface Actions {
  readonly acknowledge: (alert: Alert) => void;
  readonly silence: (alert: Alert) => void;
}

export function rowIdOf(id: string): string {
  return `alert-${id}`;
}

/** Which row the keys are on: `j` and `k` move, `a` acknowledges, `s` silences, Enter opens. */
export function useAlertKeys(rows: readonly Alert[], actions: Actions): string | null {
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string | null>(null);
  const at = rows.findIndex(({ id }) => id === current);
  const alert = rows[at];
  const move = (step: number): void => {
    const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next !== undefined) setCurrent(next.id);
  };
  useEffect(() => {
    if (current !== null)
      document.getElementById(rowIdOf(current))?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  useHotkeys(
    new Map([
      ['j', () => move(1)],
      ['k', () => move(-1)],
      ['a', () => alert?.state === 'firing' && actions.acknowledge(alert)],
      ['s', () => alert !== undefined && alert.endedAt === null && actions.silence(alert)],
      [
        'Enter',
        () => alert !== undefined && void navigate({ to: '/alerts/$id', params: { id: alert.id } }),
      ],
    ]),
  );
  return alert === undefined ? null : alert.id;
}
