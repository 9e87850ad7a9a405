import { PLACES } from '../../../frame/navigation.ts';
import { type Hotkeys, useHotkeys } from '../../../frame/use-hotkeys.ts';

/** Keys of this page; those that follow a `g` stay with the navigation. */
export function useReviewKeys(keys: readonly (readonly [key: string, action: () => void])[]): void {
  const kept = PLACES.map(({ key }) => [`g ${key}`, (): void => undefined] as const);
  const hotkeys: Hotkeys = new Map([...keys, ...kept]);
  useHotkeys(hotkeys);
}
