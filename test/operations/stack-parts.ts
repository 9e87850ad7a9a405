import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

/** What a receiver was told: the path of the webhook or `mail`, and the text. */
interface Told {
  readonly to: string;
  readonly text: string;
}

export interface Receivers {
  readonly told: Told[];
  readonly url: string;
  readonly smtpPort: number;
  close(): Promise<void>;
}

const SMTP_PASSWORD = 'from-a-file';

/** Slack and Discord (webhooks by path; `/own` always fails) and a mail server that wants a password. */
export async function startReceivers(): Promise<Receivers> {
  const told: Told[] = [];
  const web = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const to = request.url ?? '';
      if (to !== '/own') told.push({ to, text: body });
      response.writeHead(to === '/own' ? 500 : 200).end('ok');
    });
  });
  const mail = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ password, username }, _session, done) =>
      password === SMTP_PASSWORD ? done(null, { user: username }) : done(new Error('refused')),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then(({ subject = '', text = '' }) => {
          told.push({ to: 'mail', text: `${subject}\n${text}` });
          done();
        });
      });
    },
  });
  const url = await listening(web);
  const smtpPort = await new Promise<number>((resolve) => {
    const server = mail.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
  return {
    told,
    url,
    smtpPort,
    close: async (): Promise<void> => {
      await closed(web);
      await new Promise<void>((resolve) => mail.close(() => resolve()));
    },
  };
}

/** A provider whose model names say what they do: `up-broken` fails, `up-slow` takes 12 s, `up-poor` answers badly. */
export async function startProvider(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { model } = z.object({ model: z.string() }).parse(JSON.parse(body));
      void answer(model).then(([status, reply]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(reply));
      });
    });
  });
  return { url: `${await listening(server)}/v1`, close: () => closed(server) };
}

async function answer(model: string): Promise<readonly [number, object]> {
  if (model === 'up-broken') return [500, { error: { message: 'out of order' } }];
  if (model === 'up-slow') await wait(12_000);
  const content =
    model === 'up-fine'
      ? 'Paris is the capital of France, on the river Seine in the north of the country.'
      : 'Error: exception in thread main, the traceback follows.';
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 12, completion_tokens: 18, total_tokens: 30 };
  return [200, { id: 'x', object: 'chat.completion', created: 1, model, choices, usage }];
}

/** The committed configuration of Alertmanager, with addresses of this machine and hardly any waiting. */
export function localAlertmanagerConfig(committed: string, folder: string, to: Receivers): string {
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets);
  for (const name of ['slack-critical', 'slack-warning', 'slack-ops', 'slack-quality']) {
    writeFileSync(join(secrets, name), `${to.url}/${name}\n`);
  }
  writeFileSync(join(secrets, 'discord-critical'), `${to.url}/api/webhooks/1/token/slack\n`);
  // Alertmanager 0.25 takes a line end for a part of this one.
  writeFileSync(join(secrets, 'smtp-password'), SMTP_PASSWORD);
  const local = committed
    .replaceAll('/etc/alertmanager/secrets', secrets)
    .replaceAll(/group_wait: \w+/g, 'group_wait: 1s')
    .replaceAll(/group_interval: \w+/g, 'group_interval: 2s');
  const config = z.looseObject({ global: z.looseObject({}) }).parse(parse(local));
  config.global = {
    ...config.global,
    smtp_smarthost: `127.0.0.1:${to.smtpPort}`,
    smtp_require_tls: false,
  };
  return stringify(config);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
