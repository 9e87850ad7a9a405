import { type Command, InvalidArgumentError, Option } from 'commander';

/** Where the program is: given, or the one of this environment. */
export interface ProgramOptions {
  readonly url?: string;
  readonly key?: string;
  readonly project: string;
}

export interface EvalOptions extends ProgramOptions {
  readonly route?: string;
  readonly prompt?: string;
  readonly evaluators?: readonly string[];
  readonly gate: readonly string[];
  readonly baseline?: string;
  readonly minItems?: number;
  readonly concurrency?: number;
  readonly maxCost?: number;
  readonly name?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly resume?: string;
}

export interface EvalRetrievalOptions extends ProgramOptions {
  readonly queries: string;
  readonly endpoint?: string;
  readonly header: readonly string[];
  readonly recorded: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly kValues: readonly number[];
  readonly output?: string;
  readonly gate: readonly string[];
}

export interface ExportOptions extends ProgramOptions {
  readonly format: string;
  readonly style: string;
  readonly from?: string;
  readonly to?: string;
  readonly where: readonly string[];
  readonly minScore?: number;
  readonly output?: string;
  readonly raw: boolean;
}

/** What the commands about datasets do. */
export interface DatasetActions {
  evalDataset(file: string | undefined, options: EvalOptions): Promise<void>;
  evalRetrieval(options: EvalRetrievalOptions): Promise<void>;
  exportTraining(options: ExportOptions): Promise<void>;
}

export function addDatasetCommands(program: Command, actions: DatasetActions): void {
  addEval(program, actions);
  addRetrieval(program, actions);
  addExport(program, actions);
}

function withProgram(command: Command): Command {
  return command
    .option('--url <url>', 'a running program (default: the one of this environment)')
    .option('--key <key>', 'API key for --url (default: LQO_API_KEY)')
    .option('--project <slug>', 'project, where no key names it', 'default');
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function number(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least) {
      throw new InvalidArgumentError(`a number from ${least} on is needed`);
    }
    return value;
  };
}

function addEval(program: Command, actions: DatasetActions): void {
  withProgram(
    program
      .command('eval')
      .description(
        'run a dataset, score the answers and judge them by gates (see docs/eval-in-ci.md)',
      )
      .argument('[dataset]', 'JSON lines or CSV; a file that is known already is not sent again'),
  )
    .option('--route <model>', 'model or route to ask')
    .option('--prompt <name@version>', 'prompt of the registry')
    .option('--evaluators <names>', 'comma list (default: the rules)', list)
    .option('--gate <gate>', "for example 'quality>=0.8'; can be repeated", collect, [])
    .option('--baseline <run>', 'what "baseline" in a gate means: the id of a run, or latest')
    .option('--min-items <n>', 'fewer answers than this fail a gate (default: 20)', number(2))
    .option('--concurrency <n>', 'calls at the same time (default: 4)', number(1))
    .option(
      '--max-cost <usd>',
      'do not begin above this estimate, and pause before more is spent',
      number(0),
    )
    .option('--name <name>', 'name of the dataset (default: that of the file)')
    .option('--junit <file>', 'write a JUnit report')
    .option('--markdown <file>', 'write a Markdown report')
    .option('--resume <run>', 'go on with a run that was paused')
    .action((file: string | undefined, options: EvalOptions) => actions.evalDataset(file, options));
}

function kValues(text: string): number[] {
  const values = list(text).map(Number);
  const sound = values.length > 0 && values.every((k) => Number.isInteger(k) && k >= 1 && k <= 200);
  if (!sound) throw new InvalidArgumentError('whole numbers from 1 to 200 are needed');
  return [...new Set(values)].sort((a, b) => a - b);
}

function addRetrieval(program: Command, actions: DatasetActions): void {
  withProgram(
    program
      .command('eval-retrieval')
      .description('MRR, Recall@k and nDCG@k of a retriever (see docs/datasets.md)')
      .requiredOption(
        '--queries <file>',
        'JSON lines: query with relevant_section_paths or keywords',
      ),
  )
    .option('--endpoint <url>', 'asked with POST {"query", "k"}; answers a list of hits')
    .option('--header <header>', "for the endpoint, 'name: value'; can be repeated", collect, [])
    .option('--recorded', 'judge what the running program recorded (rag.retrieve) instead', false)
    .option('--from <time>', 'with --recorded: since when (default: the last 24 hours)')
    .option('--to <time>', 'with --recorded: until when')
    .option('--k-values <list>', 'comma list', kValues, [1, 3, 5, 10])
    .option('--output <file>', 'write the whole report as JSON')
    .option('--gate <gate>', "for example 'recall@5>=0.8'; can be repeated", collect, [])
    .action((options: EvalRetrievalOptions) => actions.evalRetrieval(options));
}

function addExport(program: Command, actions: DatasetActions): void {
  withProgram(
    program.command('export').description('write recorded calls as examples for fine-tuning'),
  )
    .addOption(
      new Option('--format <format>', 'which examples')
        .choices(['sft', 'positive', 'negative', 'rlhf', 'dpo'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--style <style>', 'with dpo: whose field names')
        .choices(['trl', 'openai'])
        .default('trl'),
    )
    .option('--from <time>', 'since when (default: the last 24 hours)')
    .option('--to <time>', 'until when')
    .option('--where <filter>', 'a filter of the list, name=value; can be repeated', collect, [])
    .option(
      '--min-score <score>',
      'with sft: also unrated calls with at least this overall',
      number(0),
    )
    .option('--output <file>', 'file to write (default: standard output)')
    .option('--raw', 'leave personal data as it is; needs scope admin', false)
    .action((options: ExportOptions) => actions.exportTraining(options));
}
