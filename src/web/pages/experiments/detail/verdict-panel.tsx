import { useTranslations } from 'use-intl';
import type { ExperimentResults } from '../../../../contract/experiments.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Section } from '../../../ui/section.tsx';
import { useVerdict, VERDICT_TONES } from './use-verdict.ts';

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("'", "'\\''");
}

/** A call that the experiment takes part in. */
function callExample({ experiment }: ExperimentResults): string {
  const { target } = experiment;
  const model = target.kind === 'model' ? target.name : 'demo/good';
  return [
    `curl ${window.location.origin}/v1/chat/completions \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    '  -H "x-lqo-user: user-17" \\',
    ...(target.kind === 'prompt'
      ? [`  -H "x-lqo-prompt: ${target.name}" -H 'x-lqo-variables: {}' \\`]
      : []),
    `  -d '{"model": ${quoted(model)}, "messages": [{"role": "user", "content": "Hello"}]}'`,
  ].join('\n');
}

/** What can be said now, and why looking often does no harm. */
export function VerdictPanel({ results }: { results: ExperimentResults }) {
  const t = useTranslations('experiments');
  const tell = useVerdict();
  const { verdict, experiment } = results;
  const isYoung = results.arms.every(({ calls }) => calls === 0);
  return (
    <Section title={t('verdict')}>
      <div className="flex flex-col gap-2 text-[0.8125rem]">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={VERDICT_TONES[verdict.kind]}>{t(`verdictNames.${verdict.kind}`)}</Badge>
          <span className="text-sm font-medium wrap-anywhere">{tell(results, experiment)}</span>
        </p>
        <p className="max-w-4xl text-xs text-muted">{t('alwaysValid')}</p>
        {isYoung && (
          <>
            <p className="text-muted">
              {experiment.status === 'draft' ? t('draftNext') : t('callNext')}
            </p>
            <CodeBlock code={callExample(results)} label={t('callNext')} />
          </>
        )}
      </div>
    </Section>
  );
}
