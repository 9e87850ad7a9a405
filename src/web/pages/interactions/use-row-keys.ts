import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { InteractionSummary } from '../../../contract/interactions.ts';
import { useHotkeys } from '../../frame/use-hotkeys.ts';

/** Which row the keys are on: `j` and `k` move, Enter peeks and then opens, Escape closes the panel. */
export function useRowKeys(
  rows: readonly InteractionSummary[],
  peek: string | null,
  setPeek: (id: string | null) => void,
) {
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string | null>(peek);
  const current = peek ?? chosen;
  const move = (step: number): void => {
    const at = rows.findIndex((row) => row.id === current);
    const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    setChosen(next.id);
    if (peek !== null) setPeek(next.id);
  };
  const open = (): void => {
    if (current === null) return;
    if (peek === null) setPeek(current);
    else void navigate({ to: '/interactions/$id', params: { id: current } });
  };
  const choose = (id: string): void => {
    setChosen(id);
    setPeek(id);
  };
  useHotkeys(
    new Map([
      ['j', () => move(1)],
      ['k', () => move(-1)],
      ['ArrowDown', () => move(1)],
      ['ArrowUp', () => move(-1)],
      ['Escape', () => setPeek(null)],
      ['Enter', open],
    ]),
  );
  return { id: current, choose };
}
