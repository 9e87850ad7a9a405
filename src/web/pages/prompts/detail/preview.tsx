import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptVersion, RenderedPrompt } from '../../../../contract/prompts.ts';
import { useRenderPrompt } from '../../../data/prompts.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField } from '../../../ui/field.tsx';
import { Section } from '../../../ui/section.tsx';

function Rendered({ rendered }: { rendered: RenderedPrompt }) {
  const t = useTranslations('prompts.form.roles');
  const messages = rendered.messages ?? [{ role: null, content: rendered.text ?? '' }];
  return (
    <div className="flex flex-col gap-2">
      {messages.map(({ role, content }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages keep their order
        <div key={at} className="rounded-md border border-line bg-sunken p-3">
          {role !== null && <p className="mb-1 text-2xs font-medium text-muted">{t(role)}</p>}
          <p className="font-mono text-xs leading-relaxed whitespace-pre-wrap wrap-anywhere">
            {content}
          </p>
        </div>
      ))}
    </div>
  );
}

/** Fills a version with variables, without calling a model. */
export function Preview({ name, version }: { name: string; version: PromptVersion }) {
  const t = useTranslations('prompts');
  const render = useRenderPrompt(name);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const variables = Object.fromEntries(
      version.variables.map((variable) => [variable, values[variable] ?? '']),
    );
    render.mutate({ version: version.version, variables });
  };
  return (
    <Section title={t('preview.title')} note={t('preview.note')}>
      <form onSubmit={submit} className="flex flex-col gap-3 text-[0.8125rem]">
        {version.variables.length > 0 && (
          <div className="grid gap-3 sm:grid-cols-2">
            {version.variables.map((variable) => (
              <AreaField
                key={variable}
                label={variable}
                value={values[variable] ?? ''}
                onChange={(value) => setValues({ ...values, [variable]: value })}
                rows={2}
              />
            ))}
          </div>
        )}
        <Button type="submit" className="self-start" disabled={render.isPending}>
          {t('preview.render')}
        </Button>
        <div aria-live="polite">
          {render.error !== null && <ErrorPanel error={render.error} />}
          {render.data !== undefined && <Rendered rendered={render.data} />}
        </div>
      </form>
    </Section>
  );
}
