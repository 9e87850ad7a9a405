import { Command, CommanderError, Option } from 'commander';
import { addDatasetCommands, type DatasetActions } from './dataset-commands.ts';
import { addDoctorCommand, type DoctorActions } from './doctor-command.ts';
import { addMonitorCommands, type MonitorActions } from './monitor-commands.ts';

/** What the commands do; main.ts joins them with the rest of the program. */
export interface CommandActions extends DatasetActions, DoctorActions, MonitorActions {
  start(options: { demo: boolean }): Promise<void>;
  backup(file: string): Promise<void>;
  restore(file: string): Promise<void>;
  importFiles(
    files: readonly string[],
    options: { url: string | undefined; key: string | undefined; project: string },
  ): Promise<void>;
  createKey(options: { name: string; project: string; scopes: readonly string[] }): Promise<void>;
  listKeys(options: { project: string }): Promise<void>;
  revokeKey(id: string): Promise<void>;
  signIn(): Promise<void>;
}

const SCOPES = ['gateway', 'ingest', 'feedback', 'read', 'admin', 'metrics'];

/** The command line `lqo`. Parsing throws `CommanderError` with exit code 2 when it is used wrongly. */
export function createProgram(version: string, actions: CommandActions): Command {
  const program = new Command('lqo')
    .description('Forwards LLM traffic, records it without loss, scores it and shows it.')
    .version(version)
    .showHelpAfterError()
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message);
    });
  addStart(program, actions);
  addStore(program, actions);
  addDatasetCommands(program, actions);
  addMonitorCommands(program, actions);
  addDoctorCommand(program, actions);
  addKeys(program, actions);
  return program;
}

function addStart(program: Command, actions: CommandActions): void {
  program
    .command('start')
    .description('run the program (see docs/configuration.md for the environment)')
    .option('--demo', 'add a project named demo with a week of generated traffic', false)
    .action((options: { demo: boolean }) => actions.start(options));
}

function addStore(program: Command, actions: CommandActions): void {
  program
    .command('import')
    .description('import JSONL event files (plain or .gz); importing a file again adds nothing')
    .argument('<files...>', 'files to import')
    .option(
      '--url <url>',
      'a running program to send to (default: the one of this environment, else its spool)',
    )
    .option('--key <key>', 'API key with the scope ingest, for --url')
    .option('--project <slug>', 'project that the events belong to', 'default')
    .action((files: string[], options: { url?: string; key?: string; project: string }) =>
      actions.importFiles(files, { url: options.url, key: options.key, project: options.project }),
    );
  program
    .command('backup')
    .description('write everything that is stored to one file')
    .argument('<file>', 'file to write')
    .action((file: string) => actions.backup(file));
  program
    .command('restore')
    .description('fill an empty database from a backup')
    .argument('<file>', 'file that backup wrote')
    .action((file: string) => actions.restore(file));
}

function addKeys(program: Command, actions: CommandActions): void {
  const project = (): Option =>
    new Option('--project <slug>', 'project of the key').default('default');
  const keys = program.command('keys').description('API keys');
  keys
    .command('create')
    .description('make a key; it is shown once')
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(project())
    .addOption(
      new Option('--scopes <scopes...>', 'what the key may do')
        .choices(SCOPES)
        .default(['gateway', 'ingest', 'read']),
    )
    .action((options: { name: string; project: string; scopes: string[] }) =>
      actions.createKey(options),
    );
  keys
    .command('list')
    .description('keys of a project, without the keys themselves')
    .addOption(project())
    .action((options: { project: string }) => actions.listKeys(options));
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>', 'id or prefix of the key')
    .action((id: string) => actions.revokeKey(id));
  program
    .command('sign-in')
    .description('print a new one-time sign-in link')
    .action(() => actions.signIn());
}
