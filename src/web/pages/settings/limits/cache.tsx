import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { CACHE_OPERATIONS, type CacheSettings } from '../../../../contract/cache.ts';
import { useCacheSettings, useCacheStatus, useChangeCache } from '../../../data/limits.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField, NumberField } from '../../../ui/field.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { CacheFigures } from './cache-figures.tsx';

const MB = 1_000_000;

interface FormProps {
  readonly settings: CacheSettings;
  /** Outlives the form, which begins anew with what was saved. */
  readonly change: ReturnType<typeof useChangeCache>;
}

function CacheForm({ settings, change }: FormProps) {
  const t = useTranslations('settings.cache');
  const { updatedAt: _, ...given } = settings;
  const [draft, setDraft] = useState(given);
  const set = (part: Partial<typeof given>): void => setDraft({ ...draft, ...part });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate(draft);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <CheckField
        label={t('enabled')}
        hint={t('enabledHint')}
        checked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          label={t('ttl')}
          value={draft.ttlSeconds}
          min={1}
          max={2_592_000}
          required
          onChange={(ttlSeconds) => set({ ttlSeconds: ttlSeconds ?? draft.ttlSeconds })}
        />
        <NumberField
          label={t('size')}
          value={draft.maxBytes / MB}
          min={1}
          max={4000}
          required
          onChange={(megabytes) => set({ maxBytes: Math.round((megabytes ?? 1) * MB) })}
        />
      </div>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-1.5">
        <legend className="mb-1">{t('operations')}</legend>
        {CACHE_OPERATIONS.map((operation) => (
          <CheckField
            key={operation}
            label={operation}
            checked={draft.operations.includes(operation)}
            onChange={(checked) =>
              set({
                operations: CACHE_OPERATIONS.filter((one) =>
                  one === operation ? checked : draft.operations.includes(one),
                ),
              })
            }
          />
        ))}
      </fieldset>
      <CheckField
        label={t('onlyDeterministic')}
        hint={t('onlyDeterministicHint')}
        checked={draft.onlyDeterministic}
        onChange={(onlyDeterministic) => set({ onlyDeterministic })}
      />
      <CheckField
        label={t('perUser')}
        hint={t('perUserHint')}
        checked={draft.perUser}
        onChange={(perUser) => set({ perUser })}
      />
      {change.error !== null && <ErrorPanel error={change.error} />}
      <p className="flex items-center gap-3">
        <Button type="submit" look="primary" disabled={change.isPending}>
          {t('save')}
        </Button>
        <span role="status" className="text-good">
          {change.isSuccess && t('saved')}
        </span>
      </p>
    </form>
  );
}

/** Whether answers are given again, and what that brought. */
export function Cache() {
  const t = useTranslations('settings.cache');
  const settings = useCacheSettings();
  const change = useChangeCache();
  const status = useCacheStatus();
  return (
    <>
      <Section title={t('title')}>
        <QueryView query={settings} skeleton={<SkeletonRows rows={4} />}>
          {(found) => <CacheForm key={found.updatedAt} settings={found} change={change} />}
        </QueryView>
      </Section>
      <QueryView query={status} skeleton={<SkeletonRows rows={2} />}>
        {(found) => (
          <Section title={t('status')} note={t(`stores.${found.store}`)}>
            <CacheFigures status={found} />
          </Section>
        )}
      </QueryView>
    </>
  );
}
