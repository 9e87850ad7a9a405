import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type FieldName, printFilter } from '../../filter-language.ts';

export const LINK = '-my-1 inline-block py-1 text-accent hover:underline wrap-anywhere';

/** A name and a value beside each other, within a list of such pairs. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5 leading-4">
      <dt className="shrink-0 py-1 text-muted">{name}</dt>
      <dd className="min-w-0 py-1 wrap-anywhere">{children}</dd>
    </div>
  );
}

/** A value that leads to all interactions with it. */
export function FilterLink({ field, value }: { field: FieldName; value: string }) {
  return (
    <Link
      to="/interactions"
      search={{ filter: printFilter([{ kind: 'field', field, value }]) }}
      className={LINK}
    >
      {value}
    </Link>
  );
}
