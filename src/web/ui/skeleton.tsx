import { classNames } from './class-names.ts';

/** A grey place for what is loading; give it a size. */
export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden="true" className={classNames('skeleton', className)} />;
}

/** Some lines of a table or a text that is loading. */
export function SkeletonRows({ rows }: { rows: number }) {
  return (
    <div className="flex flex-col gap-2 p-3">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={row} className="h-7" />
      ))}
    </div>
  );
}
