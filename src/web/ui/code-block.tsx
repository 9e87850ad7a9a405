import { CopyButton } from './copy-button.tsx';

/** Text in fixed width with a copy button; scrolls by itself. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section aria-label={label} tabIndex={0} className="max-h-[32rem] overflow-auto">
        <pre className="p-3 pe-12 font-mono text-xs leading-relaxed">{code}</pre>
      </section>
      <div className="absolute end-1 top-1 rounded-md bg-sunken">
        <CopyButton text={code} />
      </div>
    </div>
  );
}
