import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';

function eventLine(): string {
  return JSON.stringify({
    event: 'rag.retrieve',
    ts: new Date().toISOString(),
    query: 'How long is the warranty?',
    ...{ hits: 2, topk: 5, rerank_enabled: true, latency_ms: 41 },
    documents: [{ score: 0.91, selected: true }, { score: 0.32 }],
  });
}

function curlExample(line: string): string {
  return [
    `curl ${window.location.origin}/api/v1/events \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '${line}'`,
  ].join('\n');
}

/** What to do while no retrieval was recorded. */
export function EmptyRag() {
  const t = useTranslations('rag');
  const line = eventLine();
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('empty')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('emptyExplain')}</p>
      <CodeBlock code={curlExample(line)} label={t('emptyTry')} />
      <CodeBlock code={line} label={t('emptyFile')} />
    </section>
  );
}
