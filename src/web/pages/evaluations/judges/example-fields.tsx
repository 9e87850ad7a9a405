import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RubricContent } from '../../../../contract/judges.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { AreaField, NumberField, TextField } from '../../../ui/field.tsx';
import { lowestOf } from './draft.ts';

type Example = RubricContent['examples'][number];

interface OneProps {
  readonly content: RubricContent;
  readonly example: Example;
  readonly onChange: (example: Example) => void;
  readonly onRemove: () => void;
}

function OneExample({ content, example, onChange, onRemove }: OneProps) {
  const t = useTranslations('judges.editor');
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 text-2xs text-muted">{t('example')}</legend>
      <AreaField
        label={t('examplePrompt')}
        rows={2}
        value={example.prompt}
        onChange={(prompt) => onChange({ ...example, prompt })}
      />
      <AreaField
        label={t('exampleAnswer')}
        rows={2}
        value={example.answer}
        onChange={(answer) => onChange({ ...example, answer })}
        required
      />
      <div className="flex flex-wrap items-end gap-2">
        {content.criteria.map(({ name }, at) => (
          <NumberField
            // biome-ignore lint/suspicious/noArrayIndexKey: verdicts stand in the order of criteria
            key={at}
            label={t('verdict', { name })}
            value={example.verdicts[at] ?? null}
            min={lowestOf(content.scale)}
            max={lowestOf(content.scale) + (content.criteria[at]?.levels.length ?? 2) - 1}
            onChange={(verdict) =>
              onChange({
                ...example,
                verdicts: content.criteria.map((_, place) =>
                  place === at ? (verdict ?? 0) : (example.verdicts[place] ?? 0),
                ),
              })
            }
          />
        ))}
        <IconButton label={t('removeExample')} onClick={onRemove}>
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      </div>
      <TextField
        label={t('why')}
        value={example.why}
        onChange={(why) => onChange({ ...example, why })}
      />
    </fieldset>
  );
}

interface Props {
  readonly content: RubricContent;
  readonly onChange: (content: RubricContent) => void;
}

/** Judged examples that show the judge what is meant. */
export function ExampleFields({ content, onChange }: Props) {
  const t = useTranslations('judges.editor');
  const { examples } = content;
  const add = (): void => {
    const verdicts = content.criteria.map(() => lowestOf(content.scale));
    onChange({
      ...content,
      examples: [...examples, { prompt: '', answer: '', verdicts, why: '' }],
    });
  };
  return (
    <>
      {examples.map((example, at) => (
        <OneExample
          // biome-ignore lint/suspicious/noArrayIndexKey: examples have no other name
          key={at}
          content={content}
          example={example}
          onChange={(changed) =>
            onChange({
              ...content,
              examples: examples.map((one, place) => (place === at ? changed : one)),
            })
          }
          onRemove={() =>
            onChange({ ...content, examples: examples.filter((_, place) => place !== at) })
          }
        />
      ))}
      {examples.length < 8 && (
        <Button look="quiet" onClick={add} className="self-start">
          <Plus aria-hidden="true" className="size-4" />
          {t('addExample')}
        </Button>
      )}
    </>
  );
}
