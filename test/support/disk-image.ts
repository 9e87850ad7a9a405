import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An ext4 file system in a file, so that a test can look at what really reached the "disk". */
export interface DiskImage {
  /** Where it is mounted. */
  readonly path: string;
  /**
   * What the machine would find after its power went off now: the image without what the kernel
   * still holds in memory, mounted in another place. Writers must be stopped meanwhile.
   */
  powerCut(): DiskImage;
  remove(): void;
}

const MEGABYTES = 700;
/** No commit of the journal by time alone: only what somebody synced may be on the disk. */
const OPTIONS = 'noatime,commit=600';

/** Why no disk image can be made here; null when it can. */
export function diskImageProblem(): string | null {
  if (process.platform !== 'linux') return 'loop devices need Linux';
  if (process.getuid?.() !== 0) return 'loop devices need root';
  if (!existsSync('/dev/loop-control')) return 'there are no loop devices';
  try {
    createDiskImage().remove();
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? 'unknown') : String(error);
  }
}

/** An empty disk. */
export function createDiskImage(megabytes = MEGABYTES): DiskImage {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-disk-'));
  const image = join(folder, 'image');
  command('truncate', '-s', `${megabytes}M`, image);
  command('mkfs.ext4', '-q', '-F', image);
  return mountImage(folder, image);
}

function mountImage(folder: string, image: string): DiskImage {
  const path = join(folder, 'mount');
  mkdirSync(path);
  const device = command('losetup', '-f', '--show', image).trim();
  try {
    command('mount', '-o', OPTIONS, device, path);
  } catch (error) {
    command('losetup', '-d', device);
    throw error;
  }
  return {
    path,
    powerCut: (): DiskImage => {
      const nextFolder = mkdtempSync(join(tmpdir(), 'lqo-disk-'));
      const copy = join(nextFolder, 'image');
      command('cp', '--sparse=always', image, copy);
      return mountImage(nextFolder, copy);
    },
    remove: (): void => {
      // Lazily: a database that failed to open may hold files of it until the process ends.
      command('umount', '-l', path);
      command('losetup', '-d', device);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function command(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  });
}
