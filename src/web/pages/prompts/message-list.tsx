import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '../../ui/button.tsx';
import { AreaField, SelectField } from '../../ui/field.tsx';
import type { ContentDraft, MessageDraft } from './content.ts';

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

/** The messages of a conversation, in their order. */
export function MessageList({ draft: { messages }, set }: Props) {
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
