import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

function createExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/reviews \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"name": "Is the answer right?", "scoreName": "overall",`,
    `       "mode": "random", "size": 50}'`,
  ].join('\n');
}

/** What review is for, and how the first queue is made. */
export function EmptyReview() {
  const t = useTranslations('review.empty');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('title')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <h3 className="text-[0.8125rem] font-medium">{t('curl')}</h3>
      <CodeBlock code={createExample()} label={t('curl')} />
    </section>
  );
}
