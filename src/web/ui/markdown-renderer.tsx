import type { ComponentProps, ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { useTranslations } from 'use-intl';
import { Badge } from './badge.tsx';
import { CodeBlock } from './code-block.tsx';

function textIn(node: ReactNode): string {
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return node.map(textIn).join('');
  if (typeof node === 'object' && node !== null && 'props' in node)
    return textIn((node.props as { children?: ReactNode }).children);
  return '';
}

function Code({ children }: ComponentProps<'pre'>) {
  const t = useTranslations('interaction');
  return <CodeBlock code={textIn(children).replace(/\n$/, '')} label={t('code')} />;
}

/** A picture would call a foreign host and tell it who reads what. */
function Picture({ alt, src }: ComponentProps<'img'>) {
  const t = useTranslations('interaction');
  const host = typeof src === 'string' && URL.canParse(src) ? new URL(src).host : '';
  return <Badge title={host}>{t('media.image', { note: alt ?? host })}</Badge>;
}

function Anchor({ href, children }: ComponentProps<'a'>) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  );
}

/** Headings of an answer must not stand among those of the page. */
function Heading({ children }: { children?: ReactNode }) {
  return <p className="font-semibold">{children}</p>;
}

const COMPONENTS: Components = {
  pre: Code,
  img: Picture,
  a: Anchor,
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
};

/** Loaded late: most pages show no answer. */
export function MarkdownRenderer({ text }: { text: string }) {
  return (
    <div className="prose-answer min-w-0 wrap-anywhere">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
