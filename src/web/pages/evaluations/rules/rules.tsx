import { FileJson, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRules } from '../../../data/rules.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { FilesDialog } from './files-dialog.tsx';
import { RuleDialog } from './rule-form.tsx';
import { RulesTable } from './rules-table.tsx';

function createExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/rules \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"name": "no-promises", "severity": "high",`,
    `       "condition": {"field": "answer", "operator": "keywords",`,
    `                     "value": ["guaranteed", "risk-free"]}}'`,
  ].join('\n');
}

function Empty() {
  const t = useTranslations('rules.empty');
  return (
    <div className="flex max-w-3xl flex-col gap-2 px-4 pb-4 text-[0.8125rem]">
      <p className="text-muted">{t('explain')}</p>
      <p className="text-muted">{t('then')}</p>
      <CodeBlock code={createExample()} label={t('curl')} />
    </div>
  );
}

/** The rules that people write, and what can be done with them. */
export function Rules() {
  const t = useTranslations('rules');
  const rules = useRules();
  const [asked, setAsked] = useState<'create' | 'files' | null>(null);
  const close = (): void => setAsked(null);
  return (
    <Section
      title={t('title')}
      note={t('note')}
      flush
      actions={
        <span className="flex gap-2">
          <Button onClick={() => setAsked('files')}>
            <FileJson aria-hidden="true" className="size-3.5" />
            {t('files.open')}
          </Button>
          <Button look="primary" onClick={() => setAsked('create')}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t('create')}
          </Button>
        </span>
      }
    >
      <QueryView query={rules} skeleton={<SkeletonRows rows={4} />}>
        {({ items }) => (items.length === 0 ? <Empty /> : <RulesTable rules={items} />)}
      </QueryView>
      <RuleDialog open={asked === 'create'} rule={null} onClose={close} />
      <FilesDialog open={asked === 'files'} onClose={close} />
    </Section>
  );
}
