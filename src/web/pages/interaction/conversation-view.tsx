import { FileText, ImageIcon, Volume2, Wrench } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { type Message, type Part, readConversation } from '../../conversation.ts';
import { prettyJson } from '../../json-access.ts';
import { classNames } from '../../ui/class-names.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Folded } from '../../ui/folded.tsx';
import { Markdown } from '../../ui/markdown.tsx';

const MEDIA_ICONS = { image: ImageIcon, audio: Volume2, file: FileText };

function ToolPart({ title, text }: { title: string; text: string }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="flex items-center gap-1.5 font-mono text-xs">
        <Wrench aria-hidden="true" className="size-3.5 text-muted" />
        {title}
      </p>
      <CodeBlock code={prettyJson(text)} label={title} />
    </div>
  );
}

function PartView({ part }: { part: Part }) {
  const t = useTranslations('interaction');
  switch (part.kind) {
    case 'text':
      return (
        <Folded text={part.text}>
          <Markdown text={part.text} />
        </Folded>
      );
    case 'reasoning':
      return (
        <details className="text-xs text-muted">
          <summary>{t('reasoning')}</summary>
          <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{part.text}</p>
        </details>
      );
    case 'media': {
      const Icon = MEDIA_ICONS[part.media];
      return (
        <p className="inline-flex items-center gap-1.5 rounded-md border border-line bg-sunken px-2.5 py-1.5 text-xs text-muted">
          <Icon aria-hidden="true" className="size-4" />
          {t(`media.${part.media}`, { note: part.note })}
        </p>
      );
    }
    case 'tool_call':
      return <ToolPart title={t('toolCall', { name: part.name })} text={part.arguments} />;
    case 'tool_result':
      return <ToolPart title={t('toolResult')} text={part.text} />;
  }
}

function MessageView({ message, isAnswer }: { message: Message; isAnswer: boolean }) {
  const t = useTranslations('interaction.roles');
  return (
    <li
      className={classNames(
        'flex min-w-0 flex-col gap-2 border-s-2 ps-3 text-[0.8125rem]',
        isAnswer ? 'border-accent' : 'border-line',
      )}
    >
      <p className="text-2xs font-semibold text-muted">
        {t(message.role)}
        {message.name !== null && ` · ${message.name}`}
      </p>
      {message.parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
        <PartView key={at} part={part} />
      ))}
    </li>
  );
}

/** The messages in order, with what the model answered last. */
export function ConversationView({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction');
  const { asked, answered } = useMemo(() => readConversation(detail), [detail]);
  if (asked.length + answered.length === 0)
    return <p className="text-[0.8125rem] text-muted">{t('noConversation')}</p>;
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex flex-col gap-4">
        {asked.map((message, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages never move
          <MessageView key={`asked ${at}`} message={message} isAnswer={false} />
        ))}
        {answered.map((message, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages never move
          <MessageView key={`answered ${at}`} message={message} isAnswer />
        ))}
      </ol>
      {detail.context.length > 0 && (
        <details className="text-[0.8125rem]">
          <summary className="font-medium">
            {t('context', { count: detail.context.length })}
          </summary>
          <ol className="mt-2 flex list-decimal flex-col gap-2 ps-5">
            {detail.context.map((passage) => (
              <li key={passage} className="whitespace-pre-wrap wrap-anywhere">
                {passage}
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}
