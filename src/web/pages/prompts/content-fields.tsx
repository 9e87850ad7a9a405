import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { AreaField, SelectField, TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { type ContentDraft, type MessageDraft, readParameters, variablesOf } from './content.ts';

interface Props {
  readonly draft: ContentDraft;
  readonly set: (part: Partial<ContentDraft>) => void;
}

const ROLES = ['system', 'user', 'assistant'] as const;

interface MessageProps {
  readonly message: MessageDraft;
  readonly set: (part: Partial<MessageDraft>) => void;
  /** Null for the only message. */
  readonly onRemove: (() => void) | null;
}

function MessageFields({ message, set, onRemove }: MessageProps) {
  const t = useTranslations('prompts.form');
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line p-3">
      <div className="flex items-end justify-between gap-3">
        <SelectField
          label={t('role')}
          value={message.role}
          onChange={(role) => set({ role })}
          options={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
        />
        {onRemove !== null && (
          <IconButton label={t('removeMessage')} onClick={onRemove}>
            <Trash2 aria-hidden="true" className="size-4" />
          </IconButton>
        )}
      </div>
      <AreaField
        label={t('template')}
        hint={t('templateHint', { example: '{{name}}' })}
        value={message.template}
        onChange={(template) => set({ template })}
        rows={5}
        required
      />
    </div>
  );
}

function MessageList({ draft: { messages }, set }: Props) {
  const t = useTranslations('prompts.form');
  const nextKey = Math.max(...messages.map(({ key }) => key)) + 1;
  return (
    <div className="flex flex-col gap-3">
      {messages.map((message) => (
        <MessageFields
          key={message.key}
          message={message}
          set={(part) =>
            set({
              messages: messages.map((one) =>
                one.key === message.key ? { ...one, ...part } : one,
              ),
            })
          }
          onRemove={
            messages.length === 1
              ? null
              : () => set({ messages: messages.filter(({ key }) => key !== message.key) })
          }
        />
      ))}
      <Button
        className="self-start"
        onClick={() =>
          set({ messages: [...messages, { key: nextKey, role: 'user', template: '' }] })
        }
      >
        <Plus aria-hidden="true" className="size-3.5" />
        {t('addMessage')}
      </Button>
    </div>
  );
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
