import { childrenOf, residentMib } from './child.ts';

interface Point {
  readonly minute: number;
  readonly mib: number;
}

/** Resident memory at the start and at the end in MiB, and its slope over the second half in MiB a minute. */
export interface Growth {
  readonly startMib: number;
  readonly endMib: number;
  readonly slope: number;
}

export interface MemoryWatch {
  latest(): number;
  stop(): readonly Point[];
}

/** Looks at the resident memory of a process and its children every second. */
export function watchMemory(pid: number): MemoryWatch {
  const points: Point[] = [];
  const begin = performance.now();
  const look = (): void => {
    const mib = [pid, ...childrenOf(pid)].reduce((sum, one) => sum + residentMib(one), 0);
    points.push({ minute: (performance.now() - begin) / 60_000, mib });
  };
  const timer = setInterval(look, 1000);
  return {
    latest: () => points.at(-1)?.mib ?? Number.NaN,
    stop(): readonly Point[] {
      clearInterval(timer);
      return points;
    },
  };
}

/** The slope is a least-squares fit over the second half, when everything is warm. */
export function growthOf(points: readonly Point[]): Growth {
  const half = points.slice(Math.floor(points.length / 2));
  return {
    startMib: points[0]?.mib ?? Number.NaN,
    endMib: points.at(-1)?.mib ?? Number.NaN,
    slope: slopeOf(half),
  };
}

function slopeOf(points: readonly Point[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const x = mean(points.map(({ minute }) => minute));
  const y = mean(points.map(({ mib }) => mib));
  const covariance = mean(points.map(({ minute, mib }) => (minute - x) * (mib - y)));
  return covariance / mean(points.map(({ minute }) => (minute - x) ** 2));
}
