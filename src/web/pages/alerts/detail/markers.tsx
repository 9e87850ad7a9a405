import { useTranslations } from 'use-intl';
import { type Marker, MarkerKind } from '../../../../contract/changes.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Time } from '../../../ui/time.tsx';

function deployExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/markers \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"title": "shop 1.4.2"}'`,
  ].join('\n');
}

const WORDS = ['version', 'label', 'from', 'to'] as const;

/** The short words of a marker's details, such as a version. */
function detailOf({ details }: Marker): string {
  return WORDS.flatMap((word) => {
    const value = details[word];
    return typeof value === 'string' || typeof value === 'number' ? [`${word} ${value}`] : [];
  }).join(' · ');
}

function MarkerLine({ marker }: { marker: Marker }) {
  const t = useTranslations('alerts.changes.kinds');
  const kind = MarkerKind.safeParse(marker.kind).data;
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5 py-1 text-xs">
      <span className="text-muted">
        <Time iso={marker.at} />
      </span>
      <Badge>{kind === undefined ? marker.kind : t(kind)}</Badge>
      {marker.url === null ? (
        <span className="font-medium wrap-anywhere">{marker.title}</span>
      ) : (
        <a
          href={marker.url}
          rel="noreferrer"
          className="font-medium text-accent wrap-anywhere hover:underline"
        >
          {marker.title}
        </a>
      )}
      <span className="text-2xs text-muted wrap-anywhere">
        {[detailOf(marker), marker.actor ?? ''].filter((text) => text !== '').join(' · ')}
      </span>
    </li>
  );
}

/** What happened near the change: deploys, prompts, judges. */
export function Markers({ markers }: { markers: readonly Marker[] }) {
  const t = useTranslations('alerts.changes');
  return (
    <div className="flex flex-col gap-1 px-4 pb-3">
      <h3 className="text-xs font-medium">{t('markers')}</h3>
      {markers.length === 0 ? (
        <>
          <p className="text-xs text-muted">{t('noMarkers')}</p>
          <p className="mt-1 text-xs text-muted">{t('markDeploy')}</p>
          <div className="max-w-3xl">
            <CodeBlock code={deployExample()} label={t('markDeploy')} />
          </div>
        </>
      ) : (
        <ul>
          {markers.map((marker) => (
            <MarkerLine key={marker.id} marker={marker} />
          ))}
        </ul>
      )}
    </div>
  );
}
