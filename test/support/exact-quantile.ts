/** The quantile of the values themselves, interpolated between ranks (type 7 of Hyndman and Fan 1996). */
export function exactQuantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const rank = Math.floor(position);
  const value = sorted[rank] ?? Number.NaN;
  const next = sorted[Math.min(rank + 1, sorted.length - 1)] ?? value;
  return value + (position - rank) * (next - value);
}
