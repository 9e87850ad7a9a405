import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { RuleFile, type RuleImportReply } from '../../../../contract/rules.ts';
import { useImportRules, useRuleFile } from '../../../data/rules.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField, CheckField } from '../../../ui/field.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';

function readFile(text: string): RuleFile | null {
  try {
    const read = RuleFile.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function Changes({ reply }: { reply: RuleImportReply }) {
  const t = useTranslations('rules.files');
  const lines = [
    { name: t('created'), list: reply.created },
    {
      name: t('changed'),
      list: reply.changed.map(({ name, fields }) => `${name} (${fields.join(', ')})`),
    },
    { name: t('unchanged'), list: reply.unchanged },
    { name: t('removed'), list: reply.removed },
  ].filter(({ list }) => list.length > 0);
  return (
    <div role="status" className="flex flex-col gap-1">
      <p className="font-medium">{reply.dryRun ? t('wouldChange') : t('didChange')}</p>
      {lines.map(({ name, list }) => (
        <p key={name} className="text-xs wrap-anywhere">
          <span className="text-muted">{name}:</span> {list.join(', ')}
        </p>
      ))}
    </div>
  );
}

function Import() {
  const t = useTranslations('rules.files');
  const [text, setText] = useState('');
  const [replaces, setReplaces] = useState(false);
  const bring = useImportRules();
  const file = readFile(text);
  const send = (dryRun: boolean): void => {
    if (file !== null) bring.mutate({ file, mode: replaces ? 'replace' : 'merge', dryRun });
  };
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-3">
      <h3 className="font-medium">{t('import')}</h3>
      <AreaField
        label={t('paste')}
        hint={text !== '' && file === null ? t('badFile') : undefined}
        value={text}
        onChange={setText}
        rows={6}
      />
      <CheckField label={t('replace')} checked={replaces} onChange={setReplaces} />
      {bring.error !== null && <ErrorPanel error={bring.error} />}
      {bring.data !== undefined && <Changes reply={bring.data} />}
      <div className="flex gap-2">
        <Button disabled={file === null || bring.isPending} onClick={() => send(true)}>
          {t('preview')}
        </Button>
        <Button
          look="primary"
          disabled={file === null || bring.isPending}
          onClick={() => send(false)}
        >
          {t('bring')}
        </Button>
      </div>
    </div>
  );
}

/** Takes all rules along as JSON, and brings such a file in. */
export function FilesDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('rules.files');
  const file = useRuleFile(open);
  return (
    <Dialog open={open} onClose={onClose} title={t('title')} wide>
      <div className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal">
        <div className="flex flex-col gap-2">
          <h3 className="font-medium">{t('export')}</h3>
          <QueryView query={file} skeleton={<SkeletonRows rows={3} />}>
            {(rules) => <CodeBlock code={JSON.stringify(rules, null, 2)} label={t('export')} />}
          </QueryView>
        </div>
        <Import />
      </div>
    </Dialog>
  );
}
