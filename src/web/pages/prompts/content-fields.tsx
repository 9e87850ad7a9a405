import { useTranslations } from 'use-intl';
import { Badge } from '../../ui/badge.tsx';
import { AreaField, TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { type ContentDraft, readParameters, variablesOf } from './content.ts';
import { MessageList } from './message-list.tsx';

interface Props {
  readonly draft: ContentDraft;
  readonly set: (part: Partial<ContentDraft>) => void;
}

function Variables({ draft }: Pick<Props, 'draft'>) {
  const t = useTranslations('prompts.form');
  const names = variablesOf(draft);
  if (names.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-1 text-xs text-muted">
      {t('variables')}
      {names.map((name) => (
        <Badge key={name}>{name}</Badge>
      ))}
    </p>
  );
}

/** Writes what a version says: a conversation or one text, and settings. */
export function ContentFields({ draft, set }: Props) {
  const t = useTranslations('prompts.form');
  const isWrong = readParameters(draft.parameters) === null;
  return (
    <>
      <Segmented
        label={t('kind')}
        value={draft.kind}
        onChoose={(kind) => set({ kind })}
        options={[
          { value: 'messages', label: t('kinds.messages') },
          { value: 'text', label: t('kinds.text') },
        ]}
      />
      {draft.kind === 'messages' ? (
        <MessageList draft={draft} set={set} />
      ) : (
        <AreaField
          label={t('template')}
          hint={t('templateHint', { example: '{{name}}' })}
          value={draft.text}
          onChange={(text) => set({ text })}
          rows={8}
          required
        />
      )}
      <Variables draft={draft} />
      <AreaField
        label={t('parameters')}
        hint={
          isWrong ? <span className="text-bad">{t('parametersWrong')}</span> : t('parametersHint')
        }
        value={draft.parameters}
        onChange={(parameters) => set({ parameters })}
        rows={2}
        placeholder='{"temperature": 0.2}'
      />
      <TextField
        label={t('labels')}
        hint={t('labelsHint')}
        value={draft.labels}
        onChange={(labels) => set({ labels })}
        placeholder="production"
      />
      <TextField
        label={t('note')}
        value={draft.note}
        onChange={(note) => set({ note })}
        maxLength={2000}
      />
    </>
  );
}
