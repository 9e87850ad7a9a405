/** Money is integer micro-US-dollars everywhere inside; null means unknown, never zero. */
export type MicroUsd = number;

export function microUsdFromUsd(usd: number): MicroUsd {
  return Math.round(usd * 1_000_000);
}

/** US dollars as a number, for the edge of an API; null stays null. */
export function usdFromMicroUsd(microUsd: MicroUsd): number;
export function usdFromMicroUsd(microUsd: MicroUsd | null): number | null;
export function usdFromMicroUsd(microUsd: MicroUsd | null): number | null {
  return microUsd === null ? null : microUsd / 1_000_000;
}
