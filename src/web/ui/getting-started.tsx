import { useTranslations } from 'use-intl';
import { CodeBlock } from './code-block.tsx';

/** A call that works at once with the built-in demo model. */
export function curlExample(): string {
  return [
    `curl ${window.location.origin}/v1/chat/completions \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"model": "demo/good",`,
    `       "messages": [{"role": "user", "content": "Hello"}]}'`,
  ].join('\n');
}

/** The one line an application changes. */
export function sdkExample(): string {
  return [
    "import OpenAI from 'openai';",
    '',
    'const client = new OpenAI({',
    `  baseURL: '${window.location.origin}/v1',`,
    "  apiKey: 'lqo_…',",
    '});',
    'const answer = await client.chat.completions.create({',
    "  model: 'demo/good',",
    "  messages: [{ role: 'user', content: 'Hello' }],",
    '});',
  ].join('\n');
}

/** What to do while there is nothing to see. */
export function GettingStarted({ title }: { title: string }) {
  const t = useTranslations('gettingStarted');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{title}</h2>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <h3 className="text-[0.8125rem] font-medium">{t('curl')}</h3>
      <CodeBlock code={curlExample()} label={t('curl')} />
      <h3 className="text-[0.8125rem] font-medium">{t('sdk')}</h3>
      <CodeBlock code={sdkExample()} label={t('sdk')} />
      <p className="text-[0.8125rem] text-muted">{t('then')}</p>
    </section>
  );
}
