import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Provider, Route } from '../../../../contract/routing.ts';
import { useChangeRoute, useCreateRoute, useProviders } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField, TextField } from '../../../ui/field.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { BehaviourFields } from './behaviour-fields.tsx';
import { draftOfNew, draftOfRoute, type RouteDraft, routeOf } from './route-draft.ts';
import { TargetList } from './target-list.tsx';

interface Props {
  readonly open: boolean;
  /** Null makes a new one. */
  readonly route: Route | null;
  readonly onClose: () => void;
}

/** Making and changing a route. */
export function RouteDialog({ open, route, onClose }: Props) {
  const t = useTranslations('settings.routes');
  const providers = useProviders();
  return (
    <Dialog open={open} onClose={onClose} title={route === null ? t('create') : t('change')} wide>
      <QueryView query={providers} skeleton={<SkeletonRows rows={6} />}>
        {({ items }) => <RouteForm route={route} providers={items} onDone={onClose} />}
      </QueryView>
    </Dialog>
  );
}

function useSave(route: Route | null, onDone: () => void) {
  const create = useCreateRoute();
  const change = useChangeRoute();
  return {
    isPending: create.isPending || change.isPending,
    error: create.error ?? change.error,
    save(draft: RouteDraft): void {
      const whole = routeOf(draft);
      if (route === null) create.mutate(whole, { onSuccess: onDone });
      else change.mutate({ id: route.id, change: whole }, { onSuccess: onDone });
    },
  };
}

interface FormProps {
  readonly route: Route | null;
  readonly providers: readonly Provider[];
  readonly onDone: () => void;
}

/** The provider that a new target starts with: an own one rather than the demo. */
function firstProvider(providers: readonly Provider[]): string {
  const own = providers.find(({ source }) => source === 'stored');
  return (own ?? providers[0])?.id ?? 'demo';
}

function RouteForm({ route, providers, onDone }: FormProps) {
  const t = useTranslations('settings.routes');
  const usual = firstProvider(providers);
  const [draft, setDraft] = useState(() =>
    route === null ? draftOfNew(usual) : draftOfRoute(route),
  );
  const { save, isPending, error } = useSave(route, onDone);
  const set = (part: Partial<RouteDraft>): void => setDraft({ ...draft, ...part });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save(draft);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('name')}
          hint={t('nameHint')}
          value={draft.name}
          onChange={(name) => set({ name })}
          required
          maxLength={256}
        />
        <TextField
          label={t('titleField')}
          hint={t('titleHint')}
          value={draft.title}
          onChange={(title) => set({ title })}
          maxLength={200}
        />
      </div>
      <TargetList
        targets={draft.targets}
        providers={providers}
        usual={usual}
        onChange={(targets) => set({ targets })}
      />
      <BehaviourFields draft={draft} set={set} />
      <CheckField
        label={t('enabled')}
        hint={t('enabledHint')}
        checked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" look="primary" disabled={isPending}>
        {t('save')}
      </Button>
    </form>
  );
}
