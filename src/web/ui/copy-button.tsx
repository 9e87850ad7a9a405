import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button, type ButtonLook, IconButton } from './button.tsx';

const SHOWN_MS = 1500;

function useCopy(text: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return { copied, copy };
}

interface Props {
  readonly text: string;
  readonly label?: string;
  readonly look?: ButtonLook;
}

/** Copies a text; with a label it is a full button, without one an icon. */
export function CopyButton({ text, label, look = 'plain' }: Props) {
  const t = useTranslations('common');
  const { copied, copy } = useCopy(text);
  const Icon = copied ? Check : Copy;
  const icon = <Icon aria-hidden="true" className={copied ? 'size-3.5 text-good' : 'size-3.5'} />;
  if (label === undefined)
    return (
      <IconButton label={copied ? t('copied') : t('copy')} onClick={copy}>
        {icon}
      </IconButton>
    );
  return (
    <Button look={look} onClick={copy}>
      {icon}
      <span aria-live="polite">{copied ? t('copied') : label}</span>
    </Button>
  );
}
