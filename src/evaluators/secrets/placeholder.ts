/** Values that show a form and open nothing: words for examples, runs of one character, no variety. */
export function isPlaceholder(value: string): boolean {
  if (
    /example|your|xxxx|\*\*\*|placeholder|dummy|sample|changeme|redacted|insert|<|\.\.\.|1234567890|abcdefgh/i.test(
      value,
    )
  ) {
    return true;
  }
  return new Set(value).size < Math.min(8, value.length / 2);
}
