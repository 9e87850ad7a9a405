import { type SubmitEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Scope } from '../../../contract/access.ts';
import { useCreateKey } from '../../data/access.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { AreaField, NumberField } from '../../ui/field.tsx';
import { type KeyDraft, NEW_KEY, SCOPES, wishOf } from './key-draft.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (key: string) => void;
}

export function CreateKeyDialog({ open, onClose, onCreated }: Props) {
  const t = useTranslations('settings.keys');
  return (
    <Dialog open={open} onClose={onClose} title={t('create')}>
      <CreateKeyForm onCreated={onCreated} />
    </Dialog>
  );
}

function ScopeChoice(props: {
  scopes: readonly Scope[];
  onChange: (next: readonly Scope[]) => void;
}) {
  const t = useTranslations('settings.keys');
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{t('scopes')}</legend>
      {SCOPES.map((scope) => (
        <label key={scope} className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.5 accent-accent-fill"
            checked={props.scopes.includes(scope)}
            onChange={(event) =>
              props.onChange(
                SCOPES.filter((one) =>
                  one === scope ? event.target.checked : props.scopes.includes(one),
                ),
              )
            }
          />
          <span>
            <span className="font-mono text-xs">{scope}</span>{' '}
            <span className="text-xs text-muted">{t(`scopeHints.${scope}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function KindChoice(props: { kind: KeyDraft['kind']; onChange: (next: KeyDraft['kind']) => void }) {
  const t = useTranslations('settings.keys');
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{t('kind')}</legend>
      {(['secret', 'public'] as const).map((kind) => (
        <label key={kind} className="flex items-start gap-2">
          <input
            type="radio"
            name={`${id}kind`}
            className="mt-0.5 accent-accent-fill"
            checked={props.kind === kind}
            onChange={() => props.onChange(kind)}
          />
          <span>
            {t(kind)}{' '}
            <span className="block text-xs text-muted">
              {t(kind === 'public' ? 'publicHint' : 'secretHint')}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function PublicFields(props: { draft: KeyDraft; onChange: (next: KeyDraft) => void }) {
  const t = useTranslations('settings.keys');
  const { draft, onChange } = props;
  return (
    <>
      <AreaField
        label={t('origins')}
        hint={t('originsHint')}
        rows={3}
        required
        placeholder="https://shop.example"
        value={draft.origins}
        onChange={(origins) => onChange({ ...draft, origins })}
      />
      <NumberField
        label={t('perMinute')}
        min={1}
        max={100_000}
        required
        value={draft.perMinute}
        onChange={(perMinute) => onChange({ ...draft, perMinute })}
      />
    </>
  );
}

function CreateKeyForm({ onCreated }: { onCreated: (key: string) => void }) {
  const t = useTranslations('settings.keys');
  const id = useId();
  const [draft, setDraft] = useState<KeyDraft>(NEW_KEY);
  const create = useCreateKey();
  const wish = wishOf(draft);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (wish !== null) create.mutate(wish, { onSuccess: ({ key }) => onCreated(key) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <label htmlFor={`${id}name`} className="flex flex-col gap-1">
        {t('name')}
        <input
          id={`${id}name`}
          className="field"
          required
          maxLength={100}
          placeholder={t('namePlaceholder')}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
      </label>
      <KindChoice kind={draft.kind} onChange={(kind) => setDraft({ ...draft, kind })} />
      {draft.kind === 'public' ? (
        <PublicFields draft={draft} onChange={setDraft} />
      ) : (
        <ScopeChoice scopes={draft.scopes} onChange={(scopes) => setDraft({ ...draft, scopes })} />
      )}
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button type="submit" look="primary" disabled={create.isPending || wish === null}>
        {t('create')}
      </Button>
    </form>
  );
}
