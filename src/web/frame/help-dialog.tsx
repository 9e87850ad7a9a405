import { useTranslations } from 'use-intl';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { PLACES } from './navigation.ts';

function Line({ keys, text }: { keys: readonly string[]; text: string }) {
  return (
    <li className="flex items-center justify-between gap-4 py-1 text-[0.8125rem]">
      <span>{text}</span>
      <span className="flex gap-1">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </li>
  );
}

/** The keys, all of them. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('help');
  const nav = useTranslations('nav');
  const isMac = navigator.userAgent.includes('Mac');
  return (
    <Dialog open={open} onClose={onClose} title={t('title')}>
      <ul>
        <Line keys={[isMac ? '⌘' : 'Ctrl', 'K']} text={t('palette')} />
        <Line keys={['/']} text={t('search')} />
        <Line keys={['j', 'k']} text={t('move')} />
        <Line keys={['Enter']} text={t('open')} />
        <Line keys={['Esc']} text={t('close')} />
        <Line keys={['a', 's']} text={t('acknowledge')} />
        <Line keys={['?']} text={t('help')} />
        {PLACES.map(({ key, name }) => (
          <Line key={key} keys={['g', key]} text={nav(name)} />
        ))}
      </ul>
    </Dialog>
  );
}
