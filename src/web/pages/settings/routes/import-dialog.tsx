import { Upload } from 'lucide-react';
import { type SubmitEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useImportRoutes } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField } from '../../../ui/field.tsx';
import { ImportPlan } from './import-plan.tsx';

const EXAMPLE = [
  'model_list:',
  '  - model_name: chat',
  '    litellm_params:',
  '      model: openai/gpt-4o',
  '      api_key: os.environ/OPENAI_API_KEY',
].join('\n');

/** Taking over the `config.yaml` of LiteLLM: first a look at what would be made, then making it. */
export function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('settings.routes.import');
  return (
    <Dialog open={open} onClose={onClose} title={t('title')} wide>
      <ImportForm onClose={onClose} />
    </Dialog>
  );
}

function FileChoice({ onText }: { onText: (text: string) => void }) {
  const t = useTranslations('settings.routes.import');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".yaml,.yml,.txt,text/yaml"
        aria-label={t('file')}
        className="hidden"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) void file.text().then(onText);
          event.target.value = '';
        }}
      />
      <Button onClick={() => input.current?.click()}>
        <Upload aria-hidden="true" className="size-3.5" />
        {t('file')}
      </Button>
    </>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings.routes.import');
  const [content, setContent] = useState('');
  const look = useImportRoutes();
  const make = useImportRoutes();
  const enter = (text: string): void => {
    setContent(text);
    look.reset();
    make.reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    make.reset();
    look.mutate({ content });
  };
  const plan = make.data ?? look.data;
  const error = make.error ?? look.error;
  return (
    <div className="flex flex-col gap-4 text-start text-[0.8125rem]">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-muted">{t('explain')}</p>
        <AreaField
          label="config.yaml"
          value={content}
          onChange={enter}
          rows={8}
          required
          placeholder={EXAMPLE}
        />
        <span className="flex flex-wrap gap-2">
          <FileChoice onText={enter} />
          <Button
            type="submit"
            look={plan === undefined ? 'primary' : 'plain'}
            disabled={look.isPending}
          >
            {t('look')}
          </Button>
        </span>
      </form>
      {error !== null && <ErrorPanel error={error} />}
      {plan !== undefined && <ImportPlan plan={plan} />}
      {plan !== undefined && !plan.applied && (
        <Button
          look="primary"
          disabled={make.isPending}
          onClick={() => make.mutate({ content, apply: true })}
        >
          {t('apply')}
        </Button>
      )}
      {plan?.applied === true && <Button onClick={onClose}>{t('close')}</Button>}
    </div>
  );
}
