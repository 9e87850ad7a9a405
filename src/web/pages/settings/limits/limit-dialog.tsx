import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Limit, LimitMetric, LimitScope } from '../../../../contract/limits.ts';
import { useKeys } from '../../../data/access.ts';
import { useChangeLimit, useCreateLimit } from '../../../data/limits.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { NumberField, SelectField, TextField } from '../../../ui/field.tsx';

const SCOPES: readonly LimitScope[] = ['key', 'user', 'ip', 'model', 'project'];
const METRICS: readonly LimitMetric[] = [
  'requests_per_minute',
  'tokens_per_minute',
  'concurrent_requests',
];
const EVERY = '*';

interface Props {
  readonly open: boolean;
  /** Null makes a new one; of another only the number can change. */
  readonly limit: Limit | null;
  readonly onClose: () => void;
}

export function LimitDialog({ open, limit, onClose }: Props) {
  const t = useTranslations('settings.limits');
  return (
    <Dialog open={open} onClose={onClose} title={limit === null ? t('create') : t('change')}>
      <LimitForm given={limit} onDone={onClose} />
    </Dialog>
  );
}

interface Draft {
  readonly scope: LimitScope;
  readonly match: string;
  readonly metric: LimitMetric;
}

/** One key, chosen by its name. */
function KeyField({ match, onChange }: { match: string; onChange: (match: string) => void }) {
  const t = useTranslations('settings.limits');
  const keys = useKeys().data?.items.filter(({ revokedAt }) => revokedAt === null) ?? [];
  return (
    <SelectField
      label={t('match')}
      value={match === '' ? EVERY : match}
      onChange={(value) => onChange(value === EVERY ? '' : value)}
      options={[
        { value: EVERY, label: t('matchAll') },
        ...keys.map(({ id, name, prefix }) => ({ value: id, label: t('keyOf', { name, prefix }) })),
      ]}
    />
  );
}

function WhatIsCounted(props: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { draft, set } = props;
  const t = useTranslations('settings.limits');
  const { scope, match } = draft;
  return (
    <>
      <SelectField
        label={t('subject')}
        value={scope}
        onChange={(next) => set({ scope: next, match: '' })}
        options={SCOPES.map((value) => ({ value, label: t(`scopes.${value}`) }))}
      />
      {scope === 'key' && <KeyField match={match} onChange={(value) => set({ match: value })} />}
      {scope !== 'project' && scope !== 'key' && (
        <TextField
          label={t('match')}
          hint={t(`matchHints.${scope}`)}
          value={match}
          onChange={(value) => set({ match: value })}
          maxLength={256}
        />
      )}
      <SelectField
        label={t('metric')}
        value={draft.metric}
        onChange={(metric) => set({ metric })}
        options={METRICS.map((value) => ({ value, label: t(`metrics.${value}`) }))}
      />
    </>
  );
}

function LimitForm({ given, onDone }: { given: Limit | null; onDone: () => void }) {
  const t = useTranslations('settings.limits');
  const [draft, setDraft] = useState<Draft>({
    scope: 'key',
    match: '',
    metric: 'requests_per_minute',
  });
  const [limit, setLimit] = useState<number | null>(given?.limit ?? 60);
  const create = useCreateLimit();
  const change = useChangeLimit();
  const error = create.error ?? change.error;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (limit === null) return;
    const match = draft.match.trim() === '' ? EVERY : draft.match.trim();
    if (given !== null) change.mutate({ id: given.id, change: { limit } }, { onSuccess: onDone });
    else create.mutate({ ...draft, match, limit }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      {given === null && (
        <WhatIsCounted draft={draft} set={(part) => setDraft({ ...draft, ...part })} />
      )}
      <NumberField label={t('limit')} value={limit} onChange={setLimit} min={1} step={1} required />
      {error !== null && <ErrorPanel error={error} />}
      <Button
        type="submit"
        look="primary"
        disabled={create.isPending || change.isPending || limit === null}
      >
        {given === null ? t('create') : t('save')}
      </Button>
    </form>
  );
}
