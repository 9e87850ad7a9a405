import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { SafetyReply } from '../../../contract/safety.ts';
import { printFilter } from '../../filter-language.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/section.tsx';
import { useFormat } from '../../use-format.ts';

type User = SafetyReply['users'][number];
type Prompt = SafetyReply['prompts'][number];
interface Counted {
  readonly flagged: number;
  readonly interactions: number;
}

function useCounts(): readonly DataColumn<Counted>[] {
  const t = useTranslations('safety.columns');
  const format = useFormat();
  return [
    {
      id: 'interactions',
      header: t('calls'),
      isNumber: true,
      cell: ({ interactions }) => format.count(interactions),
    },
    {
      id: 'flagged',
      header: t('flags'),
      isNumber: true,
      cell: ({ flagged }) => format.count(flagged),
    },
  ];
}

function UserName({ userId }: { userId: string | null }) {
  const t = useTranslations('safety');
  if (userId === null) return <span className="text-muted">{t('noUser')}</span>;
  return (
    <Link
      to="/interactions"
      search={{ filter: printFilter([{ kind: 'field', field: 'user', value: userId }]) }}
      className="font-medium text-accent wrap-anywhere hover:underline"
    >
      {userId}
    </Link>
  );
}

/** Whose calls, and which prompts, were flagged most. */
export function Whose({ reply }: { reply: SafetyReply }) {
  const t = useTranslations('safety');
  const format = useFormat();
  const counts = useCounts();
  const note = t('lookedAt', { n: format.count(reply.lookedAt) });
  if (reply.lookedAt === 0) return null;
  return (
    <div className="grid gap-3 md:grid-cols-2">
      <Section title={t('users')} note={note} flush>
        <DataTable<User>
          label={t('users')}
          columns={[
            {
              id: 'user',
              header: t('columns.user'),
              cell: ({ userId }) => <UserName userId={userId} />,
            },
            ...counts,
          ]}
          rows={reply.users}
          rowKey={({ userId }) => userId ?? ''}
        />
      </Section>
      <Section title={t('prompts')} note={note} flush>
        <DataTable<Prompt>
          label={t('prompts')}
          columns={[
            {
              id: 'prompt',
              header: t('columns.prompt'),
              cell: ({ promptName, promptVersion }) =>
                promptName === null ? (
                  <span className="text-muted">{t('noPrompt')}</span>
                ) : (
                  <span className="font-medium wrap-anywhere">
                    {promptName}
                    {promptVersion !== null && `@${promptVersion}`}
                  </span>
                ),
            },
            ...counts,
          ]}
          rows={reply.prompts}
          rowKey={({ promptName, promptVersion }) => `${promptName} ${promptVersion}`}
        />
      </Section>
    </div>
  );
}
