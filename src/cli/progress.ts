import { Presets, SingleBar } from 'cli-progress';

/** How far long work has come. `total` is null while it is not known. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

export interface ProgressBar {
  update(progress: Progress): void;
  stop(): void;
}

/** A bar on standard error; on anything but a terminal it prints a line now and then. */
export function createProgressBar(title: string, now: () => number): ProgressBar {
  return process.stderr.isTTY ? terminalBar(title) : plainLines(title, now);
}

function terminalBar(title: string): ProgressBar {
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}% {value}/{total} {unit} {eta_formatted}`,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update({ done, total, unit }): void {
      if (!started) bar.start(total ?? done, done, { unit });
      started = true;
      bar.setTotal(total ?? done);
      bar.update(done, { unit });
    },
    stop: (): void => bar.stop(),
  };
}

const LINE_EVERY_MS = 2_000;

function plainLines(title: string, now: () => number): ProgressBar {
  let last = Number.NEGATIVE_INFINITY;
  let latest: Progress | null = null;
  const print = ({ done, total, unit }: Progress): void => {
    process.stderr.write(`${title} ${done}${total === null ? '' : ` of ${total}`} ${unit}\n`);
  };
  return {
    update(progress): void {
      latest = progress;
      if (now() - last < LINE_EVERY_MS) return;
      last = now();
      print(progress);
    },
    stop(): void {
      if (latest !== null) print(latest);
      latest = null;
    },
  };
}
