import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RubricContent } from '../../../../contract/judges.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { Button } from '../../../ui/button.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../../../ui/field.tsx';
import { CriterionFields } from './criterion-fields.tsx';
import { withCriterion, withScale } from './draft.ts';
import { ExampleFields } from './example-fields.tsx';

interface Props {
  readonly content: RubricContent;
  readonly onChange: (content: RubricContent) => void;
}

const SCALES = ['binary', 'three', 'five'] as const;
const OUTCOMES = ['ask', 'worst', 'best', 'skip'] as const;

function Finer({ content, onChange }: Props) {
  const t = useTranslations('judges.editor');
  const outcomes = OUTCOMES.map((value) => ({ value, label: t(`outcomes.${value}`) }));
  const needsContext = content.needs.includes('context');
  return (
    <Advanced>
      <CheckField
        label={t('needsContext')}
        hint={t('needsContextHint')}
        checked={needsContext}
        onChange={(on) => onChange({ ...content, needs: on ? ['context'] : [] })}
      />
      <SelectField
        label={t('whenEmpty')}
        value={content.whenEmpty}
        options={outcomes}
        onChange={(whenEmpty) => onChange({ ...content, whenEmpty })}
      />
      <SelectField
        label={t('whenRefused')}
        value={content.whenRefused}
        options={outcomes}
        onChange={(whenRefused) => onChange({ ...content, whenRefused })}
      />
      <TextField
        label={t('model')}
        hint={t('modelHint')}
        value={content.model ?? ''}
        onChange={(model) => onChange({ ...content, model: model === '' ? null : model })}
        placeholder="demo/judge"
      />
      <CheckField
        label={t('weigh')}
        hint={t('weighHint')}
        checked={content.weighLevels}
        onChange={(weighLevels) => onChange({ ...content, weighLevels })}
      />
    </Advanced>
  );
}

/** What a rubric asks. */
export function RubricFields({ content, onChange }: Props) {
  const t = useTranslations('judges.editor');
  const { criteria } = content;
  return (
    <>
      <TextField
        label={t('title')}
        value={content.title}
        onChange={(title) => onChange({ ...content, title })}
        maxLength={120}
        required
      />
      <SelectField
        label={t('scale')}
        value={content.scale}
        options={SCALES.map((value) => ({ value, label: t(`scales.${value}`) }))}
        onChange={(scale) => onChange(withScale(content, scale))}
      />
      {criteria.map((criterion, at) => (
        <CriterionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are written
          key={at}
          criterion={criterion}
          scale={content.scale}
          onChange={(changed) =>
            onChange({
              ...content,
              criteria: criteria.map((one, place) => (place === at ? changed : one)),
            })
          }
          onRemove={
            criteria.length === 1
              ? null
              : () =>
                  onChange({
                    ...content,
                    criteria: criteria.filter((_, place) => place !== at),
                    examples: [],
                  })
          }
        />
      ))}
      {criteria.length < 6 && (
        <Button
          look="quiet"
          onClick={() => onChange(withCriterion(content))}
          className="self-start"
        >
          <Plus aria-hidden="true" className="size-4" />
          {t('addCriterion')}
        </Button>
      )}
      <AreaField
        label={t('rules')}
        hint={t('rulesHint')}
        rows={3}
        value={content.rules.join('\n')}
        onChange={(text) => onChange({ ...content, rules: text === '' ? [] : text.split('\n') })}
      />
      <ExampleFields content={content} onChange={onChange} />
      <Finer content={content} onChange={onChange} />
    </>
  );
}
