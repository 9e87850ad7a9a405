import type { ReactNode } from 'react';

/** A name and what it is, inside a `dl`. */
export function Fact({
  name,
  title,
  children,
}: {
  name: string;
  title?: string;
  children: ReactNode;
}) {
  return (
    <div className="min-w-0" title={title}>
      <dt className="text-2xs text-muted">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}
