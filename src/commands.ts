import { z } from 'zod';
import type { Administration } from './access/administration.ts';
import {
  createKeyCommand,
  listKeysCommand,
  revokeKeyCommand,
  signInCommand,
} from './access/command.ts';
import { administer } from './administer.ts';
import type { RunningApp } from './app.ts';
import { startApp } from './app.ts';
import type { CommandActions } from './cli/program.ts';
import { Scope } from './contract/access.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import { createLog } from './core/log.ts';

export interface ActionDeps {
  /** The checked configuration; throws ConfigError. */
  config(): Config;
  readonly version: string;
  readonly webRoot: string | null;
  readonly clock: Clock;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  print(text: string): void;
}

/** What each command of `lqo` does. */
export function createActions(deps: ActionDeps): CommandActions {
  const printing = async (
    command: (administration: Administration, baseUrl: string) => Promise<string>,
  ): Promise<void> =>
    deps.print(await administer({ config: deps.config(), clock: deps.clock }, command));
  const notYet = async (): Promise<void> => {
    throw new Error('not wired yet');
  };
  return {
    start: (options) => start(deps, options),
    backup: notYet,
    restore: notYet,
    importFiles: notYet,
    createKey: ({ scopes, ...wish }) =>
      printing((administration) =>
        createKeyCommand(administration, { ...wish, scopes: z.array(Scope).parse(scopes) }),
      ),
    listKeys: ({ project }) =>
      printing((administration) => listKeysCommand(administration, project)),
    revokeKey: (id) => printing((administration) => revokeKeyCommand(administration, id)),
    signIn: () => printing(signInCommand),
  };
}

async function start(deps: ActionDeps, _options: { demo: boolean }): Promise<void> {
  const config = deps.config();
  const log = createLog(config.LOG_LEVEL);
  const app = await startApp({ ...deps, config, log });
  deps.print(welcome(app, deps.version));
  const crash = await Promise.race([untilAborted(deps.signal), app.crashed]);
  if (crash !== null) log.fatal({ err: crash }, 'a part of the program ended');
  else log.info('stopping');
  await app.stop();
  if (crash !== null) throw crash;
}

function untilAborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function welcome({ url, provisioned }: RunningApp, version: string): string {
  const { apiKey, signInPath } = provisioned;
  const keyLine =
    apiKey === null ? [] : [`  API key    ${apiKey}   (shown once; make more in Settings)`];
  const key = apiKey ?? '$LQO_KEY';
  const body = '{"model":"demo/good","messages":[{"role":"user","content":"What is 6 x 7?"}]}';
  return [
    '',
    `LLM Quality Observer ${version} is ready`,
    '',
    `  Dashboard  ${url}`,
    `  Sign in    ${new URL(signInPath, url).href}   (works once, for 15 minutes)`,
    ...keyLine,
    '',
    'Try it:',
    '',
    `  curl ${url}/v1/chat/completions -H "authorization: Bearer ${key}" -H "content-type: application/json" -d '${body}'`,
    '',
  ].join('\n');
}
