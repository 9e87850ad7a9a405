import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Advanced } from './advanced.tsx';
import { AreaField, CheckField, NumberField, SelectField, TextField } from './field.tsx';
import {
  fieldsOf,
  type JsonObject,
  readJsonObject,
  type SchemaField,
  withProperty,
} from './schema-fields.ts';

interface FieldProps<Kind extends SchemaField['kind']> {
  readonly field: Extract<SchemaField, { kind: Kind }>;
  readonly value: unknown;
  /** Undefined: as usual. */
  readonly onChange: (value: unknown) => void;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function Choice({ field, value, onChange }: FieldProps<'choice'>) {
  const t = useTranslations('common');
  const usual = '';
  return (
    <SelectField
      label={field.key}
      hint={field.description}
      value={textOf(value)}
      options={[
        { value: usual, label: t('usual', { value: field.usual ?? '–' }) },
        ...field.of.map((one) => ({ value: one, label: one })),
      ]}
      onChange={(chosen) => onChange(chosen === usual ? undefined : chosen)}
    />
  );
}

function Choices({ field, value, onChange }: FieldProps<'choices'>) {
  const chosen = stringsOf(value);
  const toggle = (one: string, isOn: boolean): void => {
    const next = isOn ? [...chosen, one] : chosen.filter((other) => other !== one);
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{field.key}</legend>
      {field.description !== undefined && (
        <p className="text-2xs text-muted">{field.description}</p>
      )}
      <div className="grid gap-1.5 sm:grid-cols-3">
        {field.of.map((one) => (
          <CheckField
            key={one}
            label={one}
            checked={chosen.includes(one)}
            onChange={(isOn) => toggle(one, isOn)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Lines({ field, value, onChange }: FieldProps<'lines'>) {
  const t = useTranslations('common');
  const [text, setText] = useState(stringsOf(value).join('\n'));
  return (
    <AreaField
      label={field.key}
      hint={field.description ?? t('oneALine')}
      rows={3}
      value={text}
      onChange={(next) => {
        setText(next);
        const lines = next.split('\n').filter((line) => line.trim() !== '');
        onChange(lines.length === 0 ? undefined : lines);
      }}
    />
  );
}

function Group({ field, value, onChange }: FieldProps<'group'>) {
  const inner = objectOf(value);
  const change = (key: string, next: unknown): void => {
    const all = withProperty(inner, key, next);
    onChange(Object.keys(all).length === 0 ? undefined : all);
  };
  return (
    <Advanced title={field.key}>
      {field.fields.map((one) => (
        <OneField
          key={one.key}
          field={one}
          value={inner[one.key]}
          onChange={(next) => change(one.key, next)}
        />
      ))}
    </Advanced>
  );
}

function OneField({ field, value, onChange }: FieldProps<SchemaField['kind']>) {
  const { key: label, description: hint } = field;
  switch (field.kind) {
    case 'boolean': {
      const checked = typeof value === 'boolean' ? value : field.usual;
      return <CheckField label={label} hint={hint} checked={checked} onChange={onChange} />;
    }
    case 'number': {
      const { min, max, step, usual } = field;
      const bounds = {
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      };
      return (
        <NumberField
          {...{ label, hint, step, ...bounds }}
          value={typeof value === 'number' ? value : null}
          placeholder={usual === undefined ? '' : String(usual)}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    }
    case 'text':
      return (
        <TextField
          {...{ label, hint }}
          value={textOf(value)}
          placeholder={field.usual ?? ''}
          onChange={(next) => onChange(next === '' ? undefined : next)}
        />
      );
    case 'choice':
      return <Choice field={field} value={value} onChange={onChange} />;
    case 'choices':
      return <Choices field={field} value={value} onChange={onChange} />;
    case 'lines':
      return <Lines field={field} value={value} onChange={onChange} />;
    case 'group':
      return <Group field={field} value={value} onChange={onChange} />;
    case 'json':
      return null;
  }
}

interface Props {
  /** JSON Schema of an object. */
  readonly schema: JsonObject;
  /** Null: the JSON text is no object at the moment. */
  readonly value: JsonObject | null;
  readonly onChange: (value: JsonObject | null) => void;
}

/** Edits an object by its JSON Schema: fields where there are some, and everything as JSON. */
export function SchemaForm({ schema, value, onChange }: Props) {
  const t = useTranslations('common');
  /** JSON that is being written and is not an object yet. */
  const [text, setText] = useState<string | null>(null);
  const shown = value ?? {};
  const fields = fieldsOf(schema);
  return (
    <>
      {value !== null &&
        fields.map((field) => (
          <OneField
            key={field.key}
            field={field}
            value={shown[field.key]}
            onChange={(next) => onChange(withProperty(shown, field.key, next))}
          />
        ))}
      <Advanced title={t('asJson')}>
        <AreaField
          label={t('asJson')}
          hint={value === null ? t('badJson') : undefined}
          value={text ?? JSON.stringify(shown, null, 2)}
          onChange={(next) => {
            const read = readJsonObject(next);
            setText(read === null ? next : null);
            onChange(read);
          }}
        />
      </Advanced>
    </>
  );
}
