import { useTranslations } from 'use-intl';
import type { PromptVersion } from '../../../../contract/prompts.ts';
import { Badge } from '../../../ui/badge.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';

interface Props {
  readonly versions: readonly PromptVersion[];
  readonly labels: Readonly<Record<string, number>>;
  readonly shown: number;
  readonly onChoose: (version: number) => void;
}

/** The versions, newest first; choosing one shows it. */
export function Versions({ versions, labels, shown, onChoose }: Props) {
  const t = useTranslations('prompts');
  return (
    <Section title={t('versions')} note={t('versionsNote')} flush>
      <ul className="max-h-96 overflow-y-auto">
        {versions.map(({ version, note, createdAt, createdBy }) => (
          <li key={version} className="border-t border-line">
            <button
              type="button"
              aria-pressed={version === shown}
              onClick={() => onChoose(version)}
              className={classNames(
                'flex w-full flex-col gap-0.5 px-4 py-2 text-start text-xs hover:bg-hover',
                version === shown && 'bg-hover',
              )}
            >
              <span className="flex flex-wrap items-center gap-1">
                <span className="text-[0.8125rem] font-medium">{t('version', { version })}</span>
                {Object.entries(labels)
                  .filter(([, at]) => at === version)
                  .map(([label]) => (
                    <Badge key={label} tone={label === 'production' ? 'accent' : 'neutral'}>
                      {label}
                    </Badge>
                  ))}
              </span>
              {note !== '' && <span className="line-clamp-2 wrap-anywhere">{note}</span>}
              <span className="text-2xs text-muted wrap-anywhere">
                <Time iso={createdAt} as="ago" /> · {createdBy}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
