import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorPanel } from './error-panel.tsx';

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: Props) {
  const t = useTranslations('common');
  return (
    <Dialog open={props.open} onClose={props.onClose} title={props.title}>
      <div className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal">
        <p className="wrap-anywhere">{props.text}</p>
        {props.error !== null && <ErrorPanel error={props.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={props.onClose}>{t('cancel')}</Button>
          <Button look="danger" disabled={props.isPending} onClick={props.onConfirm}>
            {props.action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
