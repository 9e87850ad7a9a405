import { useTranslations } from 'use-intl';
import type { Marker } from '../../../contract/changes.ts';
import { useMarkers } from '../../data/markers.ts';
import { Advanced } from '../../ui/advanced.tsx';
import { Badge } from '../../ui/badge.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useMarkerTitle } from './use-marks.ts';

/** One line for the pipeline that deploys. */
function deployExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/markers \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"kind": "deploy", "title": "release 2.4.1"}'`,
  ].join('\n');
}

function MarkerRow({ marker }: { marker: Marker }) {
  const titleOf = useMarkerTitle();
  const title = titleOf(marker);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-1 text-xs">
      <span className="w-28 shrink-0 text-muted">
        <Time iso={marker.at} as="moment" />
      </span>
      {marker.url === null ? (
        <span className="font-medium wrap-anywhere">{title}</span>
      ) : (
        <a
          href={marker.url}
          rel="noreferrer noopener"
          target="_blank"
          className="font-medium text-accent wrap-anywhere hover:underline"
        >
          {title}
        </a>
      )}
      {marker.kind !== 'deploy' && <Badge>{marker.action}</Badge>}
      {marker.actor !== null && <span className="text-2xs text-muted">{marker.actor}</span>}
    </li>
  );
}

function DeployHint() {
  const t = useTranslations('markers');
  return (
    <div className="px-4 py-1 text-xs">
      <Advanced title={t('mark')}>
        <p className="text-xs text-muted">{t('markHint')}</p>
        <CodeBlock code={deployExample()} label={t('mark')} />
      </Advanced>
    </div>
  );
}

/** What the lines in the charts stand for, as a list; and how a pipeline adds one. */
export function MarkersPanel() {
  const t = useTranslations('markers');
  const markers = useMarkers();
  return (
    <Section title={t('heading')} note={t('note')} flush>
      <QueryView query={markers} skeleton={<SkeletonRows rows={2} />}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 && <p className="px-4 pb-1 text-xs text-muted">{t('empty')}</p>}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
            <ul aria-label={t('heading')} tabIndex={0} className="max-h-56 overflow-y-auto">
              {items.map((marker) => (
                <MarkerRow key={marker.id} marker={marker} />
              ))}
            </ul>
            {nextCursor !== null && <p className="px-4 text-2xs text-muted">{t('more')}</p>}
          </>
        )}
      </QueryView>
      <DeployHint />
    </Section>
  );
}
