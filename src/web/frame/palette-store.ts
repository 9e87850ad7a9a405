import { useSyncExternalStore } from 'react';

type Overlay = 'palette' | 'help' | null;

let overlay: Overlay = null;
const listeners = new Set<() => void>();

/** Opens the command palette or the list of keys; null closes both. */
export function showOverlay(next: Overlay): void {
  overlay = next;
  for (const listener of listeners) listener();
}

export function openPalette(): void {
  showOverlay('palette');
}

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => overlay,
  );
}
