import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { SafetyExample, SafetyReply, SafetyScore } from '../../../contract/safety.ts';
import { useSafetyExamples } from '../../data/safety.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';

function ExampleItem({ example }: { example: SafetyExample }) {
  const t = useTranslations('safety');
  const { name, label, reason, model, userId } = example;
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3 text-[0.8125rem]">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone="bad">{t(`names.${name}`)}</Badge>
        {label !== null && <Badge>{label}</Badge>}
        <Link
          to="/interactions/$id"
          params={{ id: example.interactionId }}
          className="text-accent hover:underline"
        >
          {t('open')}
        </Link>
        <span className="ms-auto text-2xs text-muted">
          {[model, userId].filter((fact) => fact !== null).join(' · ')}{' '}
          <Time iso={example.interactionAt} />
        </span>
      </div>
      {reason !== null && <p className="text-xs text-muted wrap-anywhere">{reason}</p>}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 gap-y-1 text-xs">
        <dt className="text-muted">{t('asked')}</dt>
        <dd className="wrap-anywhere">{example.promptPreview}</dd>
        <dt className="text-muted">{t('answered')}</dt>
        <dd className="wrap-anywhere">{example.responsePreview}</dd>
      </dl>
    </li>
  );
}

function useKinds(reply: SafetyReply): readonly SafetyScore[] {
  return reply.types.filter(({ flagged }) => flagged > 0).map(({ name }) => name);
}

/** The newest flagged calls with personal data hidden; the kind is in the address. */
export function Examples({ reply }: { reply: SafetyReply }) {
  const t = useTranslations('safety');
  const { kind } = useSearch({ from: '/safety' });
  const navigate = useNavigate({ from: '/safety' });
  const examples = useSafetyExamples(kind);
  const kinds = useKinds(reply);
  const choose = (value: SafetyScore | 'all'): void => {
    const chosen = value === 'all' ? undefined : value;
    void navigate({ search: (before) => ({ ...before, kind: chosen }), replace: true });
  };
  return (
    <div id="examples">
      <Section title={t('examples')} note={t('examplesNote')} flush>
        <div className="px-4 pb-2">
          <Segmented<SafetyScore | 'all'>
            label={t('columns.kind')}
            value={kind ?? 'all'}
            options={[
              { value: 'all', label: t('all') },
              ...kinds.map((value) => ({ value, label: t(`names.${value}`) })),
            ]}
            onChoose={choose}
          />
        </div>
        <QueryView query={examples} skeleton={<SkeletonRows rows={6} />}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0)
              return <p className="px-4 py-3 text-[0.8125rem] text-muted">{t('noExamples')}</p>;
            return (
              <ul className="divide-y divide-line">
                {items.map((example) => (
                  <ExampleItem key={example.scoreId} example={example} />
                ))}
              </ul>
            );
          }}
        </QueryView>
        {examples.hasNextPage && (
          <div className="px-4 py-2">
            <Button
              onClick={() => void examples.fetchNextPage()}
              disabled={examples.isFetchingNextPage}
            >
              {t('more')}
            </Button>
          </div>
        )}
      </Section>
    </div>
  );
}
