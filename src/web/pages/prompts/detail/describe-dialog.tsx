import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptSummary } from '../../../../contract/prompts.ts';
import { useDescribePrompt } from '../../../data/prompts.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField } from '../../../ui/field.tsx';

/** Says anew what a prompt is for. */
export function DescribeDialog(props: { prompt: PromptSummary; onClose: () => void }) {
  const { prompt, onClose } = props;
  const t = useTranslations('prompts');
  const describe = useDescribePrompt(prompt.name);
  const [text, setText] = useState(prompt.description);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    describe.mutate(text.trim(), { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={t('describe')}>
      <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
        <AreaField label={t('form.description')} value={text} onChange={setText} rows={3} />
        {describe.error !== null && <ErrorPanel error={describe.error} />}
        <Button type="submit" look="primary" disabled={describe.isPending}>
          {t('form.save')}
        </Button>
      </form>
    </Dialog>
  );
}
