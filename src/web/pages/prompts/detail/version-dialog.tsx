import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptVersion } from '../../../../contract/prompts.ts';
import { useAddVersion } from '../../../data/prompts.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { bodyOf, contentOf, readParameters } from '../content.ts';
import { ContentFields } from '../content-fields.tsx';

interface FormProps {
  readonly name: string;
  readonly from: PromptVersion;
  readonly onClose: () => void;
  readonly onAdded: (version: number) => void;
}

/** Writes the next version, beginning with what another one says. */
export function VersionDialog({ open, ...rest }: FormProps & { readonly open: boolean }) {
  const t = useTranslations('prompts');
  return (
    <Dialog open={open} onClose={rest.onClose} title={t('newVersion')} wide>
      <VersionForm {...rest} />
    </Dialog>
  );
}

function VersionForm({ name, from, onClose, onAdded }: FormProps) {
  const t = useTranslations('prompts.form');
  const add = useAddVersion(name);
  const [draft, setDraft] = useState(() => contentOf(from));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    add.mutate(bodyOf(draft), {
      onSuccess: ({ version }) => {
        onClose();
        onAdded(version);
      },
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <p className="text-2xs text-muted">{t('beginsAs', { version: from.version })}</p>
      <ContentFields draft={draft} set={(part) => setDraft({ ...draft, ...part })} />
      {add.error !== null && <ErrorPanel error={add.error} />}
      <Button
        type="submit"
        look="primary"
        disabled={add.isPending || readParameters(draft.parameters) === null}
      >
        {t('save')}
      </Button>
    </form>
  );
}
