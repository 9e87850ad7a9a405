import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface Props {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly flush?: boolean;
  readonly className?: string;
}

/** A titled panel. `flush` lets tables touch its edges. */
export function Section({ title, note, actions, children, flush, className }: Props) {
  return (
    <section className={classNames('panel flex min-w-0 flex-col', className)}>
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 px-4 pt-2 pb-1">
        <h2 className="text-[0.8125rem] font-semibold">{title}</h2>
        {note !== undefined && (
          <p className={classNames('text-2xs text-muted', actions !== undefined && 'me-auto')}>
            {note}
          </p>
        )}
        {actions}
      </header>
      <div className={flush === true ? 'min-w-0 pb-1' : 'min-w-0 px-4 pb-4'}>{children}</div>
    </section>
  );
}
