import { type Command, Option } from 'commander';
import type { ProgramOptions } from './dataset-commands.ts';

export interface MonitorExportOptions extends ProgramOptions {
  readonly format?: string;
}

/** What the commands about monitors do. */
export interface MonitorActions {
  applyMonitors(file: string, options: ProgramOptions): Promise<void>;
  diffMonitors(file: string, options: ProgramOptions): Promise<void>;
  exportMonitors(file: string | undefined, options: MonitorExportOptions): Promise<void>;
}

/** Adds `lqo monitors` to the command line. */
export function addMonitorCommands(program: Command, actions: MonitorActions): void {
  const monitors = program.command('monitors').description('monitors as code (docs/monitors.md)');
  withProgram(
    monitors
      .command('apply')
      .description('make the monitors of a project those of a YAML or JSON file')
      .argument('<file>', 'the file'),
  ).action((file: string, options: ProgramOptions) => actions.applyMonitors(file, options));
  withProgram(
    monitors
      .command('diff')
      .description('say what applying a file would change; exits 1 when it would change anything')
      .argument('<file>', 'the file'),
  ).action((file: string, options: ProgramOptions) => actions.diffMonitors(file, options));
  withProgram(
    monitors
      .command('export')
      .description('write the monitors of a project to a file')
      .argument('[file]', 'file to write (default: the terminal)')
      .addOption(
        new Option('--format <format>', 'default: by the name of the file, else yaml').choices([
          'yaml',
          'json',
        ]),
      ),
  ).action((file: string | undefined, options: MonitorExportOptions) =>
    actions.exportMonitors(file, options),
  );
}

function withProgram(command: Command): Command {
  return command
    .option('--url <url>', 'a running program (default: the one of this environment)')
    .option('--key <key>', 'API key with the scope admin, for --url (default: LQO_API_KEY)')
    .option('--project <slug>', 'project, where no key names it', 'default');
}
