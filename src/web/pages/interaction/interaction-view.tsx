import { Tabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { Attempts } from './attempts.tsx';
import { ConversationView } from './conversation-view.tsx';
import { Facts } from './facts.tsx';
import { Feedback } from './feedback.tsx';
import { MaskedNote } from './masked-note.tsx';
import { RawBodies } from './raw-bodies.tsx';
import { Scores } from './scores.tsx';
import { Spans } from './spans.tsx';
import { TimingBar } from './timing-bar.tsx';
import { UsageAndCost } from './usage-and-cost.tsx';

interface Pane {
  readonly name: 'conversation' | 'scores' | 'attempts' | 'trace' | 'raw';
  readonly count?: number;
  readonly content: ReactNode;
}

function panes(detail: InteractionDetail): readonly Pane[] {
  return [
    { name: 'conversation', content: <ConversationView detail={detail} /> },
    { name: 'scores', count: detail.scores.length, content: <Scores detail={detail} /> },
    {
      name: 'attempts',
      count: detail.attempts.length,
      content: <Attempts attempts={detail.attempts} />,
    },
    { name: 'trace', count: detail.spans.length, content: <Spans detail={detail} /> },
    { name: 'raw', content: <RawBodies detail={detail} /> },
  ];
}

const TAB =
  'flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2 text-[0.8125rem] text-muted whitespace-nowrap hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink';

/** An interaction as the page and the side panel draw it. */
export function InteractionView({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction');
  const all = panes(detail);
  return (
    <article className="flex flex-col gap-4">
      <Facts detail={detail} />
      <Feedback detail={detail} />
      {detail.status === 'error' && (
        <p className="rounded-md bg-bad-soft px-3 py-2 text-[0.8125rem] text-bad wrap-anywhere">
          <strong className="font-semibold">{detail.errorType}</strong>
          {detail.errorMessage !== null && ` · ${detail.errorMessage}`}
        </p>
      )}
      <MaskedNote detail={detail} />
      <TimingBar detail={detail} />
      <UsageAndCost detail={detail} />
      <Tabs.Root defaultValue="conversation">
        <Tabs.List className="-mx-1 flex overflow-x-auto border-b border-line">
          {all.map((pane) => (
            <Tabs.Tab key={pane.name} value={pane.name} className={TAB}>
              {t(`tabs.${pane.name}`)}
              {pane.count !== undefined && (
                <span className="text-2xs text-muted tabular-nums">{pane.count}</span>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {all.map((pane) => (
          <Tabs.Panel key={pane.name} value={pane.name} className="pt-3">
            {pane.content}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </article>
  );
}
