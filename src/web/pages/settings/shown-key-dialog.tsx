import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** The only time a key can be read. */
export function ShownKeyDialog(props: { apiKey: string | null; onClose: () => void }) {
  const t = useTranslations('settings.keys');
  return (
    <Dialog open={props.apiKey !== null} onClose={props.onClose} title={t('shownTitle')} wide>
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p>{t('shownText')}</p>
        <CodeBlock code={props.apiKey ?? ''} label={t('shownTitle')} />
      </div>
    </Dialog>
  );
}
