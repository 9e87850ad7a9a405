import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

/** A call whose answer is flagged, with the built-in demo model. */
function toxicExample(): string {
  return [
    `curl ${window.location.origin}/v1/chat/completions \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"model": "demo/toxic",`,
    `       "messages": [{"role": "user", "content": "Hello"}]}'`,
  ].join('\n');
}

/** What to do while nothing was scored. */
export function EmptySafety() {
  const t = useTranslations('safety');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('empty')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('emptyExplain')}</p>
      <CodeBlock code={toxicExample()} label={t('emptyTry')} />
    </section>
  );
}
