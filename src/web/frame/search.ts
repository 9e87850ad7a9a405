import { isPreset, type Preset, readTime } from '../time-range.ts';

/** What every address may say. */
export interface FrameSearch {
  project?: string | undefined;
  range?: Preset | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The value as text; numbers too, because the router reads `?filter=42` as one. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * The value if it is one of the choices. They are keys, so that the compiler misses none. (The schemas of `contract/`
 * know them too, but the router is part of every page, and they would bring their library to it.)
 */
export function readChoice<Choice extends string>(
  value: unknown,
  choices: Readonly<Record<Choice, true>>,
): Choice | undefined {
  const isChoice = (text: string): text is Choice => Object.hasOwn(choices, text);
  return typeof value === 'string' && isChoice(value) ? value : undefined;
}

/** The entries that are there; the router drops keys that are missing. */
export function present<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof present<Fields>>;
}

/** Reads the address of the frame; what is not valid is as if it were not there. */
export function readFrameSearch(search: Record<string, unknown>): FrameSearch {
  return present({
    project: readText(search['project']),
    range: isPreset(search['range']) ? search['range'] : undefined,
    from: readTime(search['from']),
    to: readTime(search['to']),
  });
}
