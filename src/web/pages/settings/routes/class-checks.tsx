import { useTranslations } from 'use-intl';
import type { FallbackClass } from '../../../../contract/routing.ts';
import { CheckField } from '../../../ui/field.tsx';

interface Props<Class extends FallbackClass> {
  readonly label: string;
  readonly options: readonly Class[];
  readonly chosen: readonly Class[];
  readonly onChange: (chosen: Class[]) => void;
}

/** Kinds of failure to choose among. */
export function ClassChecks<Class extends FallbackClass>(props: Props<Class>) {
  const { label, options, chosen, onChange } = props;
  const t = useTranslations('settings.routes.classes');
  return (
    <fieldset className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
      <legend className="mb-1">{label}</legend>
      {options.map((option) => (
        <CheckField
          key={option}
          label={t(option satisfies FallbackClass as FallbackClass)}
          checked={chosen.includes(option)}
          onChange={(checked) =>
            onChange(options.filter((one) => (one === option ? checked : chosen.includes(one))))
          }
        />
      ))}
    </fieldset>
  );
}
