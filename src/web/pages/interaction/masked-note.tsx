import { EyeOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { useReveal } from '../../data/interactions.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';

/** Says that personal data is hidden; who may see it can, and that is kept in the audit log. */
export function MaskedNote({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.masked');
  const reveal = useReveal(detail.id);
  if (!detail.masked) return null;
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2 rounded-md bg-sunken px-3 py-2 text-xs text-muted">
        <EyeOff aria-hidden="true" className="size-3.5" />
        <span className="me-auto">{t('note')}</span>
        <Button onClick={() => reveal.mutate()} disabled={reveal.isPending}>
          {t('reveal')}
        </Button>
      </p>
      {reveal.error !== null && <ErrorPanel error={reveal.error} />}
    </div>
  );
}
