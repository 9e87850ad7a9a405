import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Rubric, RubricContent } from '../../../../contract/judges.ts';
import { useSaveRubric } from '../../../data/judges.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { TextField } from '../../../ui/field.tsx';
import { draftFrom, isComplete } from './draft.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { RubricFields } from './rubric-fields.tsx';

/** What is sent: without empty lines among the rules. */
function tidy(content: RubricContent): RubricContent {
  return { ...content, rules: content.rules.filter((rule) => rule.trim() !== '') };
}

function RubricForm({ from, onDone }: { from: Rubric | null; onDone: () => void }) {
  const t = useTranslations('judges.editor');
  const [draft, setDraft] = useState(() => draftFrom(from));
  const save = useSaveRubric();
  const isNew = from === null || from.builtIn;
  const isReady = isComplete(draft);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isReady) return;
    save.mutate({ name: draft.name, isNew, content: tidy(draft.content) }, { onSuccess: onDone });
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal"
    >
      {isNew && (
        <TextField
          label={t('name')}
          hint={t('nameHint')}
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          placeholder="politeness"
          maxLength={64}
          required
        />
      )}
      <RubricFields
        content={draft.content}
        onChange={(content) => setDraft({ ...draft, content })}
      />
      <PreviewPanel content={tidy(draft.content)} isReady={isReady} />
      {save.error !== null && <ErrorPanel error={save.error} />}
      <Button type="submit" look="primary" disabled={!isReady || save.isPending}>
        {isNew ? t('create') : t('saveVersion', { version: (from?.version ?? 0) + 1 })}
      </Button>
    </form>
  );
}

interface Props {
  readonly open: boolean;
  /** Null: a new one; one that comes with the program is copied. */
  readonly from: Rubric | null;
  readonly onClose: () => void;
}

/** Writes a rubric, tries it, and saves it as a new rubric or a new version. */
export function RubricDialog({ open, from, onClose }: Props) {
  const t = useTranslations('judges');
  const title =
    from === null || from.builtIn ? t('new') : t('actions.edit', { name: from.content.title });
  return (
    <Dialog open={open} onClose={onClose} title={title} wide>
      <RubricForm from={from} onDone={onClose} />
    </Dialog>
  );
}
