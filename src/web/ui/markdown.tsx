import { lazy, Suspense } from 'react';

const Renderer = lazy(async () => {
  const { MarkdownRenderer } = await import('./markdown-renderer.tsx');
  return { default: MarkdownRenderer };
});

/** Text of a model as markdown; raw HTML in it stays text and pictures are not loaded. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
      <Renderer text={text} />
    </Suspense>
  );
}
