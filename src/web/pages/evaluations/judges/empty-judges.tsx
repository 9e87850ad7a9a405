import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../../ui/code-block.tsx';

function example(): string {
  return [
    `curl -X PUT ${window.location.origin}/api/v1/rubrics/quality/plan \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"enabled": true, "model": "demo/judge",`,
    `       "sampling": {"base": 0.1, "flagged": 1}}'`,
  ].join('\n');
}

/** Nothing is judged yet: what judges are for, and how to switch one on. */
export function EmptyJudges() {
  const t = useTranslations('judges.empty');
  return (
    <div className="mx-4 mb-3 flex max-w-3xl flex-col gap-2 rounded-md border border-line p-4">
      <h3 className="text-[0.8125rem] font-medium">{t('title')}</h3>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <CodeBlock code={example()} label={t('curl')} />
    </div>
  );
}
