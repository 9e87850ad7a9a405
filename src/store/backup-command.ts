/** What the command line needs of backup and restore. */
export { type BackupOptions, type BackupResult, backup } from './backup.ts';
export { BackupError, type BackupProgress } from './backup-format.ts';
export { type RestoreOptions, restore } from './restore.ts';
