const PREVIEW_LENGTH = 200;

/** The first 200 characters of a text for lists; empty for none. A character is never cut in two. */
export function preview(text: string | null): string {
  if (text === null) return '';
  const beginning = text.slice(0, PREVIEW_LENGTH);
  const last = beginning.charCodeAt(beginning.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? beginning.slice(0, -1) : beginning;
}
