/** What the command line needs of backup and restore. */
export { backup } from './backup.ts';
export { BackupError, type BackupProgress } from './backup-format.ts';
export { restore } from './restore.ts';
