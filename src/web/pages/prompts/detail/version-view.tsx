import { useTranslations } from 'use-intl';
import type { PromptVersion } from '../../../../contract/prompts.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Section } from '../../../ui/section.tsx';

/** A template with its variables marked. */
export function Template({ text }: { text: string }) {
  const parts = text.split(/(\{\{[^{}]*\}\})/);
  return (
    <p className="font-mono text-xs leading-relaxed whitespace-pre-wrap wrap-anywhere">
      {parts.map((part, at) =>
        part.startsWith('{{') ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text keep their places
          <mark key={at} className="rounded bg-accent-soft px-0.5 text-accent">
            {part}
          </mark>
        ) : (
          part
        ),
      )}
    </p>
  );
}

/** What a version says, as it is stored. */
export function VersionView({ version }: { version: PromptVersion }) {
  const t = useTranslations('prompts');
  const { messages, text, parameters, variables, note } = version;
  const settings = Object.entries(parameters);
  const copied = text ?? JSON.stringify(messages, undefined, 2);
  return (
    <Section
      title={t('version', { version: version.version })}
      actions={<CopyButton text={copied} />}
    >
      <div className="flex flex-col gap-3">
        {note !== '' && <p className="text-[0.8125rem] wrap-anywhere">{note}</p>}
        {(messages ?? [{ role: null, template: text ?? '' }]).map(({ role, template }, at) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a version never changes
            key={at}
            className="rounded-md border border-line bg-sunken p-3"
          >
            {role !== null && (
              <p className="mb-1 text-2xs font-medium text-muted">{t(`form.roles.${role}`)}</p>
            )}
            <Template text={template} />
          </div>
        ))}
        <dl className="flex flex-wrap gap-x-8 gap-y-2 text-xs">
          <div>
            <dt className="text-2xs text-muted">{t('form.variables')}</dt>
            <dd className="flex flex-wrap gap-1">
              {variables.length === 0
                ? t('none')
                : variables.map((name) => <Badge key={name}>{name}</Badge>)}
            </dd>
          </div>
          <div>
            <dt className="text-2xs text-muted">{t('settings')}</dt>
            <dd className="flex flex-wrap gap-1">
              {settings.length === 0
                ? t('none')
                : settings.map(([name, value]) => (
                    <Badge key={name}>
                      {name} {JSON.stringify(value)}
                    </Badge>
                  ))}
            </dd>
          </div>
        </dl>
      </div>
    </Section>
  );
}
