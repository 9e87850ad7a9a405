import type { Command } from 'commander';

export interface DoctorOptions {
  readonly group: readonly string[];
  readonly json: boolean;
  readonly model?: string;
  readonly url?: string;
  readonly key?: string;
  readonly project: string;
}

/** What `lqo doctor` does. */
export interface DoctorActions {
  doctor(options: DoctorOptions): Promise<void>;
}

/** Adds `lqo doctor` to the command line. */
export function addDoctorCommand(program: Command, actions: DoctorActions): void {
  program
    .command('doctor')
    .description(
      'have the running program look at itself: twelve checks, each with what to do; exits 1 when one fails',
    )
    .option('--group <groups...>', 'daily, weekly, deploy (default: all)', [])
    .option('--json', 'print the result as JSON', false)
    .option(
      '--model <model>',
      'model or route of the sample call (default: the built-in demo/good)',
    )
    .option('--url <url>', 'a program elsewhere (default: the one of this environment)')
    .option('--key <key>', 'API key with the scope admin, for --url')
    .option('--project <slug>', 'project whose traffic is looked at', 'default')
    .action((options: DoctorOptions) => actions.doctor(options));
}
