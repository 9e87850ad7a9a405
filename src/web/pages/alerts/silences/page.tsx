import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Silence } from '../../../../contract/alerts.ts';
import { useExpireSilence, useSilences } from '../../../data/silences.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { CheckField } from '../../../ui/field.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { AlertTabs } from '../alert-tabs.tsx';
import { SilenceDialog } from './silence-dialog.tsx';
import { SilencesTable } from './silences-table.tsx';

function ExpireDialog({ silence, onClose }: { silence: Silence; onClose: () => void }) {
  const t = useTranslations('silences');
  const expire = useExpireSilence();
  return (
    <ConfirmDialog
      open
      title={t('expireTitle')}
      text={t('expireText')}
      action={t('expire')}
      isPending={expire.isPending}
      error={expire.error}
      onClose={onClose}
      onConfirm={() => expire.mutate(silence.id, { onSuccess: onClose })}
    />
  );
}

function Listed({ items }: { items: readonly Silence[] }) {
  const t = useTranslations('silences');
  const [withExpired, setWithExpired] = useState(false);
  const [ending, setEnding] = useState<Silence | null>(null);
  const shown = items.filter(({ state }) => withExpired || state !== 'expired');
  const isAnyExpired = items.some(({ state }) => state === 'expired');
  return (
    <div className="flex flex-col gap-3">
      {shown.length === 0 ? (
        <section className="panel flex max-w-3xl flex-col gap-2 p-5">
          <h2 className="font-semibold">{t('empty.title')}</h2>
          <p className="text-[0.8125rem] text-muted">{t('empty.explain')}</p>
        </section>
      ) : (
        <div className="panel overflow-hidden py-1">
          <SilencesTable items={shown} onExpire={setEnding} />
        </div>
      )}
      {isAnyExpired && (
        <div className="text-xs">
          <CheckField label={t('showExpired')} checked={withExpired} onChange={setWithExpired} />
        </div>
      )}
      {ending !== null && <ExpireDialog silence={ending} onClose={() => setEnding(null)} />}
    </div>
  );
}

/** What is kept quiet, until when and why. */
export function SilencesPage() {
  const t = useTranslations('silences');
  const silences = useSilences();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageTitle title={t('title')}>
        <Button look="primary" onClick={() => setIsCreating(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Button>
      </PageTitle>
      <AlertTabs />
      <QueryView query={silences} skeleton={<SkeletonRows rows={4} />}>
        {({ items }) => <Listed items={items} />}
      </QueryView>
      {isCreating && <SilenceDialog matchers={[]} onClose={() => setIsCreating(false)} />}
    </>
  );
}
