import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

function createExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/experiments \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"name": "Is the small model good enough?",`,
    `       "target": {"kind": "model", "name": "demo/good"},`,
    `       "arms": [{"name": "large"}, {"name": "small", "model": "demo/poor"}],`,
    `       "control": "large", "primaryMetric": "score:overall"}'`,
  ].join('\n');
}

/** What experiments are for, and how the first one is made. */
export function EmptyExperiments() {
  const t = useTranslations('experiments.empty');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('title')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <p className="text-[0.8125rem] text-muted">{t('then')}</p>
      <h3 className="text-[0.8125rem] font-medium">{t('curl')}</h3>
      <CodeBlock code={createExample()} label={t('curl')} />
    </section>
  );
}
