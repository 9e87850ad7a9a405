import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptSummary, PromptVersion } from '../../../../contract/prompts.ts';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Section } from '../../../ui/section.tsx';
import { Segmented } from '../../../ui/segmented.tsx';

function variablesText({ variables }: PromptVersion): string {
  return JSON.stringify(Object.fromEntries(variables.map((name) => [name, '…'])));
}

function curlCall(reference: string, version: PromptVersion): string {
  // Header values are single bytes, so the sign for what is left out is spelled.
  const variables = variablesText(version).replaceAll('…', '...');
  return [
    `curl ${window.location.origin}/v1/chat/completions \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -H 'x-lqo-prompt: ${reference}' \\`,
    `  -H 'x-lqo-variables: ${variables}' \\`,
    `  -d '{"model": "demo/good", "messages": [{"role": "user", "content": "Hello"}]}'`,
  ].join('\n');
}

function sdkCall(reference: string, version: PromptVersion): string {
  return [
    "import { Buffer } from 'node:buffer';",
    "import OpenAI from 'openai';",
    '',
    `const client = new OpenAI({ baseURL: '${window.location.origin}/v1', apiKey: 'lqo_…' });`,
    `const variables = ${variablesText(version)};`,
    'const answer = await client.chat.completions.create(',
    "  { model: 'demo/good', messages: [{ role: 'user', content: 'Hello' }] },",
    '  {',
    '    headers: {',
    `      'x-lqo-prompt': '${reference}',`,
    '      // base64url carries text in every language',
    "      'x-lqo-variables': Buffer.from(JSON.stringify(variables)).toString('base64url'),",
    '    },',
    '  },',
    ');',
  ].join('\n');
}

/** How a call names the prompt; the label is better than a number, because it can move. */
export function Snippet({ prompt, version }: { prompt: PromptSummary; version: PromptVersion }) {
  const t = useTranslations('prompts.snippet');
  const [tool, setTool] = useState<'curl' | 'sdk'>('curl');
  const labels = Object.entries(prompt.labels).filter(([, at]) => at === version.version);
  const label = labels.find(([name]) => name === 'production') ?? labels[0];
  const reference = `${prompt.name}@${label?.[0] ?? version.version}`;
  const code = tool === 'curl' ? curlCall(reference, version) : sdkCall(reference, version);
  return (
    <Section
      title={t('title')}
      actions={
        <Segmented
          label={t('title')}
          value={tool}
          onChoose={setTool}
          options={[
            { value: 'curl', label: 'curl' },
            { value: 'sdk', label: 'OpenAI SDK' },
          ]}
        />
      }
    >
      <p className="mb-2 text-xs text-muted">{t('note')}</p>
      <CodeBlock code={code} label={t('title')} />
    </Section>
  );
}
