import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Templates } from './templates.tsx';

const FILE = [
  'cat > monitors.yaml <<EOF',
  'monitors:',
  '  - name: Errors',
  '    metric: {kind: error_rate}',
  '    condition: {kind: threshold, comparison: above, fire: 0.05, windowMinutes: 15}',
  '    severity: critical',
  'EOF',
  'lqo monitors apply monitors.yaml',
].join('\n');

/** What monitors are for, and the first one for a click. */
export function EmptyMonitors() {
  const t = useTranslations('monitors');
  return (
    <div className="flex flex-col gap-4">
      <section className="max-w-3xl">
        <h2 className="font-semibold">{t('empty.title')}</h2>
        <p className="mt-1 text-[0.8125rem] text-muted">{t('empty.explain')}</p>
      </section>
      <section aria-label={t('templates.title')}>
        <h2 className="sr-only">{t('templates.title')}</h2>
        <Templates />
      </section>
      <section className="flex max-w-3xl flex-col gap-2">
        <h2 className="text-[0.8125rem] font-medium">{t('empty.code')}</h2>
        <CodeBlock code={FILE} label={t('empty.code')} />
      </section>
    </div>
  );
}
