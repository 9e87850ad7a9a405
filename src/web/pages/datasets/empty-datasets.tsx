import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

function example(): string {
  return [
    'echo \'{"input": "What is 6 x 7?", "reference": "42"}\' > sums.jsonl',
    `npx lqo eval sums.jsonl --url ${window.location.origin} --key $LQO_API_KEY \\`,
    '  --route demo/good --evaluators contains --min-items 2',
  ].join('\n');
}

/** What datasets are for, and how the first one is made. */
export function EmptyDatasets() {
  const t = useTranslations('datasets.empty');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('title')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <p className="text-[0.8125rem] text-muted">{t('ways')}</p>
      <h3 className="text-[0.8125rem] font-medium">{t('command')}</h3>
      <CodeBlock code={example()} label={t('command')} />
    </section>
  );
}
