import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';

const MANY_LINES = 40;
const MANY_CHARACTERS = 4000;

/** Shows a long text only in part until asked for the rest. */
export function Folded({ text, children }: { text: string; children: ReactNode }) {
  const t = useTranslations('common');
  const [open, setOpen] = useState(false);
  const isLong = text.length > MANY_CHARACTERS || text.split('\n').length > MANY_LINES;
  if (!isLong) return children;
  return (
    <div className="flex flex-col items-start gap-2">
      <div className={open ? 'w-full' : 'max-h-96 w-full overflow-hidden'}>{children}</div>
      <Button aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t('showLess') : t('showAll')}
      </Button>
    </div>
  );
}
