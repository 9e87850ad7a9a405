import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { type CommandActions, createProgram } from './program.ts';

function recordingActions(): { actions: CommandActions; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
    };
  return {
    calls,
    actions: {
      start: note('start'),
      backup: note('backup'),
      restore: note('restore'),
      importFiles: note('import'),
      createKey: note('createKey'),
      listKeys: note('listKeys'),
      revokeKey: note('revokeKey'),
      signIn: note('signIn'),
      evalDataset: note('eval'),
      evalRetrieval: note('evalRetrieval'),
      exportTraining: note('export'),
      doctor: note('doctor'),
      applyMonitors: note('applyMonitors'),
      diffMonitors: note('diffMonitors'),
      exportMonitors: note('exportMonitors'),
    },
  };
}

async function run(...args: string[]) {
  const { actions, calls } = recordingActions();
  const program = createProgram('1.2.3', actions);
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((each) => each.commands),
  ]) {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  }
  await program.parseAsync(args, { from: 'user' });
  return calls;
}

describe('given a right command line', () => {
  it('applies, compares and exports monitors', async () => {
    const project = { project: 'default' };
    expect(await run('monitors', 'apply', 'm.yaml')).toMatchObject([
      ['applyMonitors', 'm.yaml', project],
    ]);
    expect(await run('monitors', 'diff', 'm.yaml')).toMatchObject([
      ['diffMonitors', 'm.yaml', project],
    ]);
    expect(await run('monitors', 'export', '--format', 'json')).toMatchObject([
      ['exportMonitors', undefined, { ...project, format: 'json' }],
    ]);
  });

  it('starts, with and without the demo', async () => {
    expect(await run('start')).toEqual([['start', { demo: false }]]);
    expect(await run('start', '--demo')).toEqual([['start', { demo: true }]]);
  });

  it('hands over files and options', async () => {
    expect(await run('import', 'a.jsonl', 'b.jsonl', '--project', 'shop')).toEqual([
      ['import', ['a.jsonl', 'b.jsonl'], { url: undefined, key: undefined, project: 'shop' }],
    ]);
    expect(await run('keys', 'create', '--name', 'ci', '--scopes', 'read', 'ingest')).toEqual([
      ['createKey', { name: 'ci', project: 'default', scopes: ['read', 'ingest'] }],
    ]);
  });
});

describe('given lqo doctor', () => {
  it('hands over the groups and where to look', async () => {
    expect(await run('doctor')).toEqual([
      ['doctor', { group: [], json: false, project: 'default' }],
    ]);
    expect(
      await run(
        'doctor',
        '--group',
        'daily',
        'weekly',
        '--json',
        '--url',
        'http://h',
        '--key',
        'k',
      ),
    ).toMatchObject([['doctor', { group: ['daily', 'weekly'], json: true, url: 'http://h' }]]);
  });
});

describe('given a command about datasets', () => {
  it('hands over what is to be run and how it is judged', async () => {
    const [call] = await run(
      ...['eval', 'd.jsonl', '--route', 'demo/good', '--gate', 'quality>=0.8', '--gate', 'cost<1'],
      ...['--evaluators', 'exact_match, contains', '--min-items', '5', '--junit', 'out.xml'],
    );
    expect(call).toEqual([
      'eval',
      'd.jsonl',
      {
        project: 'default',
        route: 'demo/good',
        gate: ['quality>=0.8', 'cost<1'],
        evaluators: ['exact_match', 'contains'],
        minItems: 5,
        junit: 'out.xml',
      },
    ]);
  });

  it('hands over retrieval and export', async () => {
    const [retrieval] = await run('eval-retrieval', '--queries', 'q.jsonl', '--k-values', '5,1,5');
    expect(retrieval?.[1]).toMatchObject({ queries: 'q.jsonl', kValues: [1, 5], recorded: false });
    const [written] = await run('export', '--format', 'dpo', '--where', 'model=m');
    expect(written?.[1]).toMatchObject({
      format: 'dpo',
      style: 'trl',
      where: ['model=m'],
      raw: false,
    });
  });
});

describe('given a wrong command line', () => {
  it.each([
    ['nonsense'],
    ['backup'],
    ['eval', 'd.jsonl', '--min-items', 'few'],
    ['eval-retrieval'],
    ['eval-retrieval', '--queries', 'q', '--k-values', '0'],
    ['export', '--format', 'xml'],
    ['keys', 'create'],
    ['keys', 'create', '--name', 'x', '--scopes', 'root'],
  ])('ends with exit code 2: %s', async (...args) => {
    const refused = await run(...args).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommanderError);
    expect(refused).toMatchObject({ exitCode: 2 });
  });

  it('answers --help with exit code 0', async () => {
    const ended = await run('keys', '--help').catch((error: unknown) => error);
    expect(ended).toMatchObject({ exitCode: 0 });
  });
});
