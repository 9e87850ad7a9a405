import { type ReactNode, useEffect } from 'react';

/** The heading of a page, which also names the tab. */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · LLM Quality Observer`;
  }, [title]);
  return (
    <div className="mb-3 flex min-h-8 shrink-0 flex-wrap items-center justify-between gap-2">
      <h1 className="text-base font-semibold">{title}</h1>
      {children}
    </div>
  );
}
