import { useTranslations } from 'use-intl';
import type { ColumnMap, ImportPreview } from '../../../../contract/datasets.ts';
import { SelectField } from '../../../ui/field.tsx';

const PARTS = ['input', 'reference', 'context', 'key'] as const;
const NONE = '';

interface Props {
  readonly preview: ImportPreview;
  readonly columns: ColumnMap;
  readonly onChange: (columns: ColumnMap) => void;
}

/** Which column of the file means what; guessed from their names until somebody says otherwise. */
export function MappingFields({ preview, columns, onChange }: Props) {
  const t = useTranslations('datasets.import');
  const { map } = preview;
  const options = preview.columns.map((name) => ({ value: name, label: name }));
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {PARTS.map((part) => (
        <SelectField
          key={part}
          label={t(`parts.${part}`)}
          value={map[part] ?? NONE}
          options={[{ value: NONE, label: t('notThere') }, ...options]}
          onChange={(value) => onChange({ ...columns, [part]: value === NONE ? null : value })}
        />
      ))}
    </div>
  );
}
