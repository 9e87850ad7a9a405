/** The colours of the page as a canvas needs them. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly edge: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly sans: string;
}

/** Reads the theme that is drawn now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read('ink'),
    muted: read('muted'),
    line: read('line'),
    surface: read('surface'),
    accent: read('accent'),
    edge: read('edge'),
    good: read('good'),
    warn: read('warn'),
    bad: read('bad'),
    sans: read('sans'),
  };
}
