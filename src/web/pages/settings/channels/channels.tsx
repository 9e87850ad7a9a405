import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChannels } from '../../../data/channels.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelItem } from './channel-item.tsx';

function addExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/channels \\`,
    '  -H "Authorization: Bearer $LQO_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    '  -d \'{"name": "on-call", "kind": "slack", "options": {"url": "https://hooks.slack.com/services/…"}}\'',
  ].join('\n');
}

/** Shown as long as there is no channel. */
function FirstChannel() {
  const t = useTranslations('channels');
  return (
    <div className="flex flex-col gap-2 px-4 py-3 text-[0.8125rem]">
      <p className="text-muted">{t('empty')}</p>
      <CodeBlock code={addExample()} label={t('add')} />
    </div>
  );
}

/** Where alerts and reports are sent. */
export function Channels() {
  const t = useTranslations('channels');
  const channels = useChannels();
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Section
      title={t('title')}
      flush
      actions={
        <Button onClick={() => setIsAdding(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('add')}
        </Button>
      }
    >
      <QueryView query={channels} skeleton={<SkeletonRows rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <FirstChannel />
          ) : (
            <ul className="divide-y divide-line">
              {items.map((channel) => (
                <ChannelItem key={channel.id} channel={channel} />
              ))}
            </ul>
          )
        }
      </QueryView>
      <ChannelDialog open={isAdding} channel={null} onClose={() => setIsAdding(false)} />
    </Section>
  );
}
