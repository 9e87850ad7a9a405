import { useEffect, useRef } from 'react';

/** Keys to actions: `k` with ⌘ or Ctrl is `mod+k`, two in a row are `g o`. */
export type Hotkeys = ReadonlyMap<string, () => void>;

const SEQUENCE_MS = 1000;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('a, button, summary, [role="tab"]');
}

/** Whether the key belongs to an open menu, list or dialog instead. */
function isElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('[role="dialog"],[role="menu"],[role="listbox"]') !== null
  );
}

/** Whether the key is meant for what has the focus and not for the page. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey) return false;
  if (event.altKey || isTyping(event.target) || isElsewhere(event.target)) return true;
  return /^(Enter| )$/.test(event.key) && isPressable(event.target);
}

function nameOf(event: KeyboardEvent): string {
  return event.metaKey || event.ctrlKey ? `mod+${event.key.toLowerCase()}` : event.key;
}

/** Listens on the whole page; keys typed into fields are left alone. */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    let first = { key: '', at: 0 };
    const onKey = (event: KeyboardEvent): void => {
      if (isTaken(event)) return;
      const key = nameOf(event);
      const isPair = event.timeStamp - first.at < SEQUENCE_MS;
      const pair = isPair ? latest.current.get(`${first.key} ${key}`) : undefined;
      first = { key, at: event.timeStamp };
      const action = pair ?? latest.current.get(key);
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
