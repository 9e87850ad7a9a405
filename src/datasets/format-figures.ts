/** Three places after the point; a dash for what is not known. */
export function toFixed(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
