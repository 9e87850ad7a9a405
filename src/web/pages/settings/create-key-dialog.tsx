import { type SubmitEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Scope } from '../../../contract/access.ts';
import { useCreateKey } from '../../data/access.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';

const SCOPES: readonly Scope[] = ['gateway', 'ingest', 'read', 'admin', 'metrics'];
const USUAL: readonly Scope[] = ['gateway', 'ingest', 'read'];

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

function ScopeChoice(props: { scopes: readonly Scope[]; onChange: (next: Scope[]) => void }) {
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

function CreateKeyForm({ onCreated }: { onCreated: (key: string) => void }) {
  const t = useTranslations('settings.keys');
  const id = useId();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>([...USUAL]);
  const create = useCreateKey();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ name: name.trim(), scopes }, { onSuccess: ({ key }) => onCreated(key) });
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
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <ScopeChoice scopes={scopes} onChange={setScopes} />
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button
        type="submit"
        look="primary"
        disabled={create.isPending || scopes.length === 0 || name.trim() === ''}
      >
        {t('create')}
      </Button>
    </form>
  );
}
