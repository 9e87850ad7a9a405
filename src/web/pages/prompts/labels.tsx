import { Badge } from '../../ui/badge.tsx';

/** Labels with the version that each names. */
export function Labels({ labels }: { labels: Readonly<Record<string, number>> }) {
  return (
    <span className="flex flex-wrap gap-1">
      {Object.entries(labels).map(([label, version]) => (
        <Badge key={label} tone={label === 'production' ? 'accent' : 'neutral'}>
          <span className="truncate">
            {label} → {version}
          </span>
        </Badge>
      ))}
    </span>
  );
}
