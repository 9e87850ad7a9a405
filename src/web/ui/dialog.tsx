import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** A window over the page that keeps the focus and closes with Escape. */
export function Dialog({ open, onClose, title, children, wide }: Props) {
  const t = useTranslations('common');
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[rgb(10_12_18/45%)]" />
        <Base.Popup
          className={classNames(
            'fixed start-1/2 top-[8vh] z-50 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg bg-surface shadow-pop',
            wide === true ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <header className="flex items-center justify-between border-b border-line py-2 ps-4 pe-2">
            <Base.Title className="font-semibold">{title}</Base.Title>
            <Base.Close
              render={
                <IconButton label={t('close')}>
                  <X aria-hidden="true" className="size-4" />
                </IconButton>
              }
            />
          </header>
          <div className="overflow-auto p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
