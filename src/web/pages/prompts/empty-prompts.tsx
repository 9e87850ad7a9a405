import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

function createExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/prompts \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"name": "support", "labels": ["production"],`,
    `       "messages": [{"role": "system",`,
    `         "template": "You help customers of {{shop}}."}]}'`,
  ].join('\n');
}

/** What the registry is for, and how the first prompt gets there. */
export function EmptyPrompts() {
  const t = useTranslations('prompts.empty');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('title')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <h3 className="text-[0.8125rem] font-medium">{t('curl')}</h3>
      <CodeBlock code={createExample()} label={t('curl')} />
    </section>
  );
}
