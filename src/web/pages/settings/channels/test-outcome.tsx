import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { z } from 'zod';
import type { ChannelTested } from '../../../../contract/channels.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useFormat } from '../../../use-format.ts';

interface Props {
  readonly outcome: z.infer<typeof ChannelTested>;
  readonly onClose: () => void;
}

/** What the receiver said to a test message. */
export function TestOutcome({ outcome, onClose }: Props) {
  const t = useTranslations('channels');
  const format = useFormat();
  const { ok, problem, latencyMs } = outcome;
  const Icon = ok ? CircleCheck : CircleAlert;
  return (
    <div role="status" className="flex items-start gap-2 rounded-md bg-sunken px-3 py-2">
      <Icon
        aria-hidden="true"
        className={`mt-0.5 size-4 shrink-0 ${ok ? 'text-good' : 'text-bad'}`}
      />
      <div className="min-w-0 grow">
        <p>
          <span className="font-medium">{ok ? t('arrived') : t('refused')}</span>{' '}
          <span className="text-xs text-muted tabular-nums">{format.duration(latencyMs)}</span>
        </p>
        {problem !== null && <p className="text-xs wrap-anywhere">{problem}</p>}
      </div>
      <IconButton label={t('close')} onClick={onClose} className="-my-1.5">
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  );
}
