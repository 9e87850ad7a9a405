import { Check, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Provider } from '../../../../contract/routing.ts';
import { useCreateModel, useModels } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';

/** From so many names on, a field narrows them down. */
const MANY = 12;

interface FoundProps {
  readonly provider: Provider;
  readonly name: string;
  readonly isAdded: boolean;
}

function FoundModel({ provider, name, isAdded }: FoundProps) {
  const t = useTranslations('settings.providers.test');
  const create = useCreateModel();
  return (
    <li className="flex flex-col gap-1">
      <span className="flex items-center justify-between gap-2">
        <span className="font-mono text-xs wrap-anywhere">{name}</span>
        {isAdded ? (
          <span className="inline-flex h-8 shrink-0 items-center gap-1 px-2.5 text-xs text-good">
            <Check aria-hidden="true" className="size-3.5" />
            {t('added')}
          </span>
        ) : (
          <Button
            look="quiet"
            aria-label={t('addOf', { name })}
            disabled={create.isPending}
            onClick={() => create.mutate({ providerId: provider.id, name })}
          >
            <Plus aria-hidden="true" className="size-3.5" />
            {t('add')}
          </Button>
        )}
      </span>
      {create.error !== null && <ErrorPanel error={create.error} />}
    </li>
  );
}

/** The models that a provider names, each added by one click. */
export function FoundModels({ provider, names }: { provider: Provider; names: readonly string[] }) {
  const t = useTranslations('settings.providers.test');
  const models = useModels();
  const [search, setSearch] = useState('');
  const known = new Set(
    models.data?.items.filter(({ providerId }) => providerId === provider.id).map((m) => m.name),
  );
  const wanted = search.trim().toLowerCase();
  const shown = names.filter((name) => name.toLowerCase().includes(wanted));
  return (
    <div className="flex flex-col gap-1">
      {names.length >= MANY && (
        <input
          type="search"
          className="field"
          aria-label={t('search')}
          placeholder={t('search')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <ul
        aria-label={t('list')}
        className="grid max-h-64 gap-x-6 overflow-y-auto sm:grid-cols-2"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        {shown.map((name) => (
          <FoundModel key={name} provider={provider} name={name} isAdded={known.has(name)} />
        ))}
      </ul>
    </div>
  );
}
