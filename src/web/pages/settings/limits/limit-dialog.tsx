import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { LimitMetric, LimitScope } from '../../../../contract/limits.ts';
import { useCreateLimit } from '../../../data/limits.ts';
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

export function LimitDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('settings.limits');
  return (
    <Dialog open={open} onClose={onClose} title={t('create')}>
      <LimitForm onDone={onClose} />
    </Dialog>
  );
}

function LimitForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('settings.limits');
  const [scope, setScope] = useState<LimitScope>('key');
  const [match, setMatch] = useState('');
  const [metric, setMetric] = useState<LimitMetric>('requests_per_minute');
  const [limit, setLimit] = useState<number | null>(60);
  const create = useCreateLimit();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (limit === null) return;
    const subject = scope === 'project' || match.trim() === '' ? '*' : match.trim();
    create.mutate({ scope, match: subject, metric, limit }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <SelectField
        label={t('subject')}
        value={scope}
        onChange={setScope}
        options={SCOPES.map((value) => ({ value, label: t(`scopes.${value}`) }))}
      />
      {scope !== 'project' && (
        <TextField
          label={t('match')}
          hint={t(`matchHints.${scope}`)}
          value={match}
          onChange={setMatch}
          maxLength={256}
        />
      )}
      <SelectField
        label={t('metric')}
        value={metric}
        onChange={setMetric}
        options={METRICS.map((value) => ({ value, label: t(`metrics.${value}`) }))}
      />
      <NumberField label={t('limit')} value={limit} onChange={setLimit} min={1} step={1} required />
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button type="submit" look="primary" disabled={create.isPending || limit === null}>
        {t('create')}
      </Button>
    </form>
  );
}
