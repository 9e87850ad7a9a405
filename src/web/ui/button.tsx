import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

export type ButtonLook = 'plain' | 'primary' | 'quiet' | 'danger';

const LOOKS: Record<ButtonLook, string> = {
  plain: 'border border-edge bg-surface hover:bg-hover',
  primary: 'bg-accent-fill text-on-accent hover:brightness-110',
  quiet: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'border border-bad text-bad hover:bg-bad-soft',
};

/** The class names of a button, for elements that only look like one. */
export function buttonClass(look: ButtonLook = 'plain'): string {
  return classNames(
    'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 text-[0.8125rem] font-medium whitespace-nowrap select-none disabled:opacity-55',
    LOOKS[look],
  );
}

type Props = ComponentProps<'button'> & { look?: ButtonLook };

export function Button({ look = 'plain', className, type = 'button', ...rest }: Props) {
  return <button type={type} className={classNames(buttonClass(look), className)} {...rest} />;
}

type IconProps = ComponentProps<'button'> & { label: string };

/** A square button with only an icon; the label is read aloud and shown on hover. */
export function IconButton({ label, className, type = 'button', ...rest }: IconProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={classNames(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink disabled:opacity-55',
        className,
      )}
      {...rest}
    />
  );
}
