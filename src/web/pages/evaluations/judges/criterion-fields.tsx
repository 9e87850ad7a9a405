import { Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RubricContent } from '../../../../contract/judges.ts';
import { IconButton } from '../../../ui/button.tsx';
import { AreaField, TextField } from '../../../ui/field.tsx';
import { lowestOf } from './draft.ts';

type Criterion = RubricContent['criteria'][number];

interface Props {
  readonly criterion: Criterion;
  readonly scale: RubricContent['scale'];
  readonly onChange: (criterion: Criterion) => void;
  /** Null: it is the only one. */
  readonly onRemove: (() => void) | null;
}

/** One question of a rubric with the meaning of each level. */
export function CriterionFields({ criterion, scale, onChange, onRemove }: Props) {
  const t = useTranslations('judges.editor');
  const lowest = lowestOf(scale);
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 text-2xs text-muted">{t('criterion')}</legend>
      <div className="flex items-end gap-1">
        <div className="min-w-0 grow">
          <TextField
            label={t('score')}
            hint={t('scoreHint')}
            value={criterion.name}
            onChange={(name) => onChange({ ...criterion, name })}
            placeholder="politeness"
            required
          />
        </div>
        {onRemove !== null && (
          <IconButton label={t('removeCriterion')} onClick={onRemove}>
            <Trash2 aria-hidden="true" className="size-4" />
          </IconButton>
        )}
      </div>
      <AreaField
        label={t('question')}
        rows={2}
        value={criterion.question}
        onChange={(question) => onChange({ ...criterion, question })}
        required
      />
      {criterion.levels.map((level, at) => (
        <TextField
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
          key={at}
          label={t('level', { level: lowest + at })}
          value={level}
          onChange={(text) =>
            onChange({
              ...criterion,
              levels: criterion.levels.map((one, place) => (place === at ? text : one)),
            })
          }
          required
        />
      ))}
    </fieldset>
  );
}
