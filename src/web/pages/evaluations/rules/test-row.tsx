import { Trash2 } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { NUMBER_FIELDS, TEXT_FIELDS } from '../../../../contract/rules.ts';
import { IconButton } from '../../../ui/button.tsx';
import { CheckField } from '../../../ui/field.tsx';
import {
  isComparison,
  isList,
  isTextField,
  operatorsOf,
  type TestDraft,
} from './condition-draft.ts';

interface Props {
  readonly test: TestDraft;
  readonly onChange: (test: TestDraft) => void;
}

/** Any field may be typed: metadata and scores have names of their own. */
const SUGGESTED = ['score.overall', 'score.toxicity', 'score.pii', 'score.grounding', 'metadata.'];

function withField(test: TestDraft, field: string): TestDraft {
  const operators = operatorsOf(field);
  const operator = operators.includes(test.operator) ? test.operator : (operators[0] ?? 'equals');
  return { ...test, field, operator };
}

function FieldInput({ test, onChange }: Props) {
  const t = useTranslations('rules.builder');
  const id = useId();
  return (
    <>
      <input
        aria-label={t('field')}
        list={id}
        className="field min-w-0 font-mono text-xs"
        value={test.field}
        spellCheck={false}
        required
        maxLength={128}
        onChange={(event) => onChange(withField(test, event.target.value))}
      />
      <datalist id={id}>
        {[...TEXT_FIELDS, ...NUMBER_FIELDS, ...SUGGESTED].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function ValueInput({ test, onChange }: Props) {
  const t = useTranslations('rules.builder');
  const { operator, value, field } = test;
  const set = (next: string): void => onChange({ ...test, value: next });
  const label = t('value');
  if (operator === 'exists') {
    return (
      <select
        aria-label={label}
        className="field"
        value={value === 'false' ? 'false' : 'true'}
        onChange={(event) => set(event.target.value)}
      >
        <option value="true">{t('isKnown')}</option>
        <option value="false">{t('isUnknown')}</option>
      </select>
    );
  }
  if (isList(operator) || operator === 'json_schema') {
    return (
      <textarea
        aria-label={label}
        rows={3}
        className="field h-auto py-1.5 font-mono text-xs sm:col-span-3"
        value={value}
        placeholder={isList(operator) ? t('onePerLine') : '{"type": "object"}'}
        spellCheck={false}
        onChange={(event) => set(event.target.value)}
      />
    );
  }
  const isNumber = isComparison(operator) || !isTextField(field);
  return (
    <input
      aria-label={label}
      type={isNumber ? 'number' : 'text'}
      step="any"
      className="field min-w-0"
      value={value}
      spellCheck={false}
      onChange={(event) => set(event.target.value)}
    />
  );
}

/** One test of one field. */
export function TestRow({
  test,
  onChange,
  onRemove,
}: Props & { readonly onRemove: (() => void) | null }) {
  const t = useTranslations('rules.builder');
  const minds = isTextField(test.field) && !['exists', 'json_schema'].includes(test.operator);
  return (
    <fieldset aria-label={t('test')} className="min-w-0 rounded-md bg-sunken p-2">
      <div className="grid min-w-0 gap-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1.4fr)]">
        <FieldInput test={test} onChange={onChange} />
        <select
          aria-label={t('operator')}
          className="field"
          value={test.operator}
          onChange={(event) => {
            const chosen = operatorsOf(test.field).find((one) => one === event.target.value);
            if (chosen !== undefined) onChange({ ...test, operator: chosen });
          }}
        >
          {operatorsOf(test.field).map((operator) => (
            <option key={operator} value={operator}>
              {t(`operators.${operator}`)}
            </option>
          ))}
        </select>
        <ValueInput test={test} onChange={onChange} />
      </div>
      <div className="mt-1.5 flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 text-xs">
        <CheckField
          label={t('not')}
          checked={test.isNegated}
          onChange={(isNegated) => onChange({ ...test, isNegated })}
        />
        {minds && (
          <CheckField
            label={t('mindCase')}
            checked={!test.ignoreCase}
            onChange={(isMinded) => onChange({ ...test, ignoreCase: !isMinded })}
          />
        )}
        {onRemove !== null && (
          <IconButton label={t('removeTest')} onClick={onRemove} className="ms-auto">
            <Trash2 aria-hidden="true" className="size-4" />
          </IconButton>
        )}
      </div>
    </fieldset>
  );
}
