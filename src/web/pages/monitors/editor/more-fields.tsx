import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Advanced } from '../../../ui/advanced.tsx';
import { AreaField, TextField } from '../../../ui/field.tsx';
import { type MonitorDraft, readLabels } from '../draft.ts';

interface Props {
  readonly draft: MonitorDraft;
  readonly set: (part: Partial<MonitorDraft>) => void;
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** What most monitors do without. */
export function MoreFields({ draft, set }: Props) {
  const t = useTranslations('monitors.editor');
  const [labels, setLabels] = useState(() => textOf(draft.labels));
  const [groups, setGroups] = useState(() => draft.groupBy.join(', '));
  const areLabelsWrong = readLabels(labels) === null;
  return (
    <Advanced title={t('more')}>
      <AreaField
        label={t('description')}
        value={draft.description}
        rows={2}
        onChange={(description) => set({ description })}
      />
      <TextField
        label={t('runbook')}
        hint={t('runbookHint')}
        type="url"
        value={draft.runbookUrl ?? ''}
        placeholder="https://"
        onChange={(text) => set({ runbookUrl: text.trim() === '' ? null : text.trim() })}
      />
      <AreaField
        label={t('labels')}
        hint={
          areLabelsWrong ? <span className="text-bad">{t('labelsWrong')}</span> : t('labelsHint')
        }
        value={labels}
        rows={2}
        onChange={(text) => {
          setLabels(text);
          const read = readLabels(text);
          if (read !== null) set({ labels: read });
        }}
      />
      <TextField
        label={t('groupBy')}
        hint={t('groupByHint')}
        value={groups}
        onChange={(text) => {
          setGroups(text);
          const names = text.split(',').map((name) => name.trim());
          set({ groupBy: names.filter((name) => name !== '') });
        }}
      />
    </Advanced>
  );
}
