import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptSummary, PromptVersion } from '../../../../contract/prompts.ts';
import { useMoveLabel } from '../../../data/prompts.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Section } from '../../../ui/section.tsx';
import { LabelDialog } from './label-dialog.tsx';

interface Props {
  readonly prompt: PromptSummary;
  readonly versions: readonly PromptVersion[];
}

/** The names that calls use for versions; moving one takes effect within a second. */
export function LabelsPanel({ prompt, versions }: Props) {
  const t = useTranslations('prompts');
  const move = useMoveLabel(prompt.name);
  const [asked, setAsked] = useState<{ label: string } | null>(null);
  const labels = Object.entries(prompt.labels);
  return (
    <Section
      title={t('columns.labels')}
      actions={
        <Button onClick={() => setAsked({ label: '' })}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('labels.add')}
        </Button>
      }
    >
      {move.error !== null && <ErrorPanel error={move.error} />}
      {labels.length === 0 && <p className="text-[0.8125rem] text-muted">{t('labels.empty')}</p>}
      <ul className="flex flex-col">
        {labels.map(([label, version]) => (
          <li key={label} className="flex items-center gap-1 text-[0.8125rem]">
            <span className="min-w-0 grow">
              <span className="font-medium wrap-anywhere">{label}</span>
              <span className="text-muted"> → {version}</span>
            </span>
            <Button look="quiet" onClick={() => setAsked({ label })}>
              {t('labels.move')}
            </Button>
            <IconButton
              label={t('labels.removeOf', { label })}
              disabled={move.isPending}
              onClick={() => move.mutate({ label, version: null })}
            >
              <Trash2 aria-hidden="true" className="size-4" />
            </IconButton>
          </li>
        ))}
      </ul>
      <p className="pt-2 text-2xs text-muted">{t('labels.note')}</p>
      {asked !== null && (
        <LabelDialog
          prompt={prompt}
          versions={versions}
          label={asked.label}
          onClose={() => setAsked(null)}
        />
      )}
    </Section>
  );
}
