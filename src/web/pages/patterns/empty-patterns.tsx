import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

/** A few calls of one form, some of which are answered badly, with the built-in demo models. */
function loopExample(): string {
  return [
    'for n in $(seq 1 30); do',
    `  curl -s ${window.location.origin}/v1/chat/completions -o /dev/null \\`,
    '    -H "Authorization: Bearer $LQO_API_KEY" -H "Content-Type: application/json" \\',
    `    -d '{"model": "demo/poor", "messages": [{"role": "user", "content": "Where is order '$n'?"}]}'`,
    'done',
  ].join('\n');
}

/** What to do while no prompt was recorded. */
export function EmptyPatterns() {
  const t = useTranslations('patterns');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('empty')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('emptyExplain')}</p>
      <CodeBlock code={loopExample()} label={t('emptyTry')} />
    </section>
  );
}
