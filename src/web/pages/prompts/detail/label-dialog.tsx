import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptSummary, PromptVersion } from '../../../../contract/prompts.ts';
import { useMoveLabel } from '../../../data/prompts.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { SelectField, TextField } from '../../../ui/field.tsx';

interface Props {
  readonly prompt: PromptSummary;
  readonly versions: readonly PromptVersion[];
  /** Empty makes a new one. */
  readonly label: string;
  readonly onClose: () => void;
}

/** Moves a label, or makes one. */
export function LabelDialog({ prompt, versions, label, onClose }: Props) {
  const t = useTranslations('prompts');
  const move = useMoveLabel(prompt.name);
  const [name, setName] = useState(label);
  const [version, setVersion] = useState(String(prompt.labels[label] ?? prompt.latestVersion));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    move.mutate({ label: name.trim(), version: Number(version) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={label === '' ? t('labels.add') : t('labels.moveOf', { label })}
    >
      <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
        {label === '' && (
          <TextField
            label={t('labels.name')}
            hint={t('labels.nameHint')}
            value={name}
            onChange={setName}
            required
            maxLength={64}
            placeholder="production"
          />
        )}
        <SelectField
          label={t('labels.to')}
          value={version}
          onChange={setVersion}
          options={versions.map((one) => ({
            value: String(one.version),
            label:
              one.note === ''
                ? t('version', { version: one.version })
                : `${t('version', { version: one.version })} · ${one.note.slice(0, 60)}`,
          }))}
        />
        <p className="text-2xs text-muted">{t('labels.note')}</p>
        {move.error !== null && <ErrorPanel error={move.error} />}
        <Button type="submit" look="primary" disabled={move.isPending}>
          {t('labels.save')}
        </Button>
      </form>
    </Dialog>
  );
}
