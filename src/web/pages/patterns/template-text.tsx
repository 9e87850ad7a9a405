import { useTranslations } from 'use-intl';
import type { TemplatePart } from '../../../contract/patterns.ts';

/** A template as it reads, with the places that change marked. */
export function TemplateText({ template }: { template: readonly TemplatePart[] }) {
  const t = useTranslations('patterns.parameters');
  return (
    <span className="wrap-anywhere">
      {template.map((part, at) =>
        'text' in part ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one template never change places
          <span key={at}>{part.text}</span>
        ) : (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one template never change places
            key={at}
            className="mx-px rounded bg-accent-soft px-1 text-2xs font-medium text-accent"
          >
            {t(part.parameter)}
          </span>
        ),
      )}
    </span>
  );
}
