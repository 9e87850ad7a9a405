import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Model } from '../../../../contract/routing.ts';
import { useChangeModel, useCreateModel } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { TextField } from '../../../ui/field.tsx';

interface Props {
  readonly open: boolean;
  readonly providerId: string;
  /** Null adds a new one. */
  readonly model: Model | null;
  readonly onClose: () => void;
}

export function ModelDialog({ open, onClose, ...rest }: Props) {
  const t = useTranslations('settings.providers.models');
  return (
    <Dialog open={open} onClose={onClose} title={rest.model === null ? t('add') : t('change')}>
      <ModelForm {...rest} onDone={onClose} />
    </Dialog>
  );
}

function ModelForm(props: Pick<Props, 'providerId' | 'model'> & { onDone: () => void }) {
  const { providerId, model, onDone } = props;
  const t = useTranslations('settings.providers.models');
  const [name, setName] = useState(model?.name ?? '');
  const [alias, setAlias] = useState(model?.alias ?? '');
  const create = useCreateModel();
  const change = useChangeModel();
  const error = create.error ?? change.error;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = { name: name.trim(), alias: alias.trim() === '' ? null : alias.trim() };
    if (model === null) create.mutate({ ...given, providerId }, { onSuccess: onDone });
    else change.mutate({ id: model.id, change: given }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        onChange={setName}
        required
        maxLength={256}
      />
      <TextField
        label={t('alias')}
        hint={t('aliasHint')}
        value={alias}
        onChange={setAlias}
        maxLength={256}
      />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" look="primary" disabled={create.isPending || change.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}
