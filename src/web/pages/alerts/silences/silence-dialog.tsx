import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Matcher } from '../../../../contract/alerts.ts';
import { useOpenAlerts } from '../../../data/alerts.ts';
import { useCreateSilence } from '../../../data/silences.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { TextField } from '../../../ui/field.tsx';
import { matchAlerts } from '../match-alerts.ts';
import { useAlertWords } from '../use-alert-words.ts';
import { bodyOf, draftOf } from './draft.ts';
import { MatcherFields } from './matcher-fields.tsx';
import { WhenFields } from './when-fields.tsx';

const SHOWN = 5;

function Preview({ matchers }: { matchers: readonly Matcher[] }) {
  const t = useTranslations('silences.form');
  const words = useAlertWords();
  const open = useOpenAlerts();
  if (open.data === undefined) return null;
  const found = matchAlerts(open.data.items, matchers);
  if (found === null) return <p className="text-2xs text-bad">{t('previewWrong')}</p>;
  return (
    <div role="status" className="rounded-md bg-sunken px-3 py-2 text-xs">
      <p className="text-muted">{t('preview', { n: found.length })}</p>
      <ul>
        {found.slice(0, SHOWN).map((alert) => (
          <li key={alert.id} className="truncate">
            {words.title(alert)}
          </li>
        ))}
        {found.length > SHOWN && <li>…</li>}
      </ul>
    </div>
  );
}

function SilenceForm({ given, onClose }: { given: readonly Matcher[]; onClose: () => void }) {
  const t = useTranslations('silences.form');
  const [draft, setDraft] = useState(() => draftOf(given));
  const create = useCreateSilence();
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const isComplete = bodyOf(draft, Date.now()) !== null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = bodyOf(draft, Date.now());
    if (body !== null) create.mutate(body, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <MatcherFields matchers={draft.matchers} onChange={(matchers) => set({ matchers })} />
      <Preview matchers={draft.matchers} />
      <WhenFields draft={draft} set={set} />
      <TextField
        label={t('comment')}
        value={draft.comment}
        placeholder={t('commentPlaceholder')}
        required
        maxLength={1000}
        onChange={(comment) => set({ comment })}
      />
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button type="submit" look="primary" disabled={create.isPending || !isComplete}>
        {t('save')}
      </Button>
    </form>
  );
}

/** Makes a silence, with what it would keep quiet now. */
export function SilenceDialog(props: {
  readonly matchers: readonly Matcher[];
  readonly onClose: () => void;
}) {
  const t = useTranslations('silences');
  return (
    <Dialog open onClose={props.onClose} title={t('create')} wide>
      <SilenceForm given={props.matchers} onClose={props.onClose} />
    </Dialog>
  );
}
