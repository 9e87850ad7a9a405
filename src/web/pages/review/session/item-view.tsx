import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../../contract/interactions.ts';
import { Time } from '../../../ui/time.tsx';
import { ConversationView } from '../../interaction/conversation-view.tsx';

/** What is judged: the conversation and the passages that the answer had to go by. */
export function ItemView({ interaction }: { interaction: InteractionDetail }) {
  const t = useTranslations('review');
  const { context } = interaction;
  return (
    <article className="mx-auto flex w-full max-w-3xl flex-col gap-4">
      <p className="text-2xs text-muted">
        <Time iso={interaction.createdAt} />
      </p>
      <ConversationView detail={{ ...interaction, context: [] }} />
      {context.length > 0 && (
        <section className="flex flex-col gap-2 border-t border-line pt-3">
          <h2 className="text-2xs font-semibold text-muted">
            {t('passages', { count: context.length })}
          </h2>
          <ol className="flex list-decimal flex-col gap-2 ps-5 text-[0.8125rem]">
            {context.map((passage) => (
              <li key={passage} className="whitespace-pre-wrap wrap-anywhere">
                {passage}
              </li>
            ))}
          </ol>
        </section>
      )}
    </article>
  );
}
