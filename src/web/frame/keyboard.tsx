import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { HelpDialog } from './help-dialog.tsx';
import { PLACES } from './navigation.ts';
import { openPalette, showOverlay, useOverlay } from './palette-store.ts';
import { useHotkeys } from './use-hotkeys.ts';

const CommandPalette = lazy(async () => {
  const { CommandPalette: component } = await import('./command-palette.tsx');
  return { default: component };
});

/** Puts the cursor into the page's own search, or opens the palette where there is none. */
function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>('[data-page-search]');
  if (field === null) openPalette();
  else field.focus();
}

/** The keys that work on every page, and what they open. */
export function Keyboard() {
  const navigate = useNavigate();
  const overlay = useOverlay();
  const places = PLACES.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })] as const);
  useHotkeys(
    new Map([
      ['mod+k', () => showOverlay(overlay === 'palette' ? null : 'palette')],
      ['/', focusSearch],
      ['?', () => showOverlay('help')],
      ...places,
    ]),
  );
  return (
    <>
      <HelpDialog open={overlay === 'help'} onClose={() => showOverlay(null)} />
      {overlay === 'palette' && (
        <Suspense fallback={null}>
          <CommandPalette onClose={() => showOverlay(null)} />
        </Suspense>
      )}
    </>
  );
}
