import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from './support/program.ts';
import {
  alertmanagerProblems,
  discordProblems,
  pagerdutyProblems,
  slackProblems,
  teamsProblems,
} from './support/receiver-shapes.ts';

/**
 * One alert of the real program on its way to every kind of channel, while all receivers are away and the program is
 * killed in the middle: each gets it once, and its end once, in this order.
 */
const KEY = 'lqo_every_channel_0123456789abcdef';
const HTTP_KINDS = ['slack', 'discord', 'webhook', 'teams', 'pagerduty', 'alertmanager'] as const;
const KINDS = [...HTTP_KINDS, 'email'] as const;
type Kind = (typeof KINDS)[number];

const PROBLEMS: Partial<Record<Kind, (body: unknown) => string[]>> = {
  slack: slackProblems,
  discord: discordProblems,
  teams: teamsProblems,
  pagerduty: pagerdutyProblems,
  alertmanager: alertmanagerProblems,
};

let away = true;
/** What each receiver took, and how often it was asked in vain. */
const taken: Record<Kind, string[]> = {
  ...{ slack: [], discord: [], webhook: [], teams: [], pagerduty: [], alertmanager: [] },
  email: [],
};
const refused = new Set<Kind>();

function kindOf(path: string): Kind {
  const kind = HTTP_KINDS.find((candidate) => path.startsWith(`/${candidate}`));
  if (kind === undefined) throw new Error(`nobody receives at ${path}`);
  return kind;
}

const receiver: Server = createServer((request, reply) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const kind = kindOf(request.url ?? '');
    if (away) {
      refused.add(kind);
      reply.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    taken[kind].push(body);
    reply.writeHead(kind === 'pagerduty' || kind === 'teams' ? 202 : 200).end('ok');
  });
});

const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (away) {
        refused.add('email');
        done(Object.assign(new Error('come back later'), { responseCode: 451 }));
        return;
      }
      taken.email.push(Buffer.concat(chunks).toString('utf8'));
      done();
    });
  },
});

let program: RunningProgram;
const env = { LQO_API_KEY: KEY, ENABLE_AUTO_EVALUATION: 'false' };

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  mailServer.listen(0, '127.0.0.1');
  await once(mailServer.server, 'listening');
  program = await startProgram({ env });
});
afterAll(async () => {
  await program.kill();
  program.remove();
  receiver.closeAllConnections();
  receiver.close();
  await new Promise<void>((done) => mailServer.close(() => done()));
});

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const reply = await fetch(program.url + path, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
}

function optionsOf(kind: Kind): object {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${kind}`;
  switch (kind) {
    case 'email': {
      const { port } = mailServer.server.address() as AddressInfo;
      const people = { from: 'observer@example.com', to: ['team@example.com'] };
      return { host: '127.0.0.1', port, security: 'none', ...people };
    }
    case 'pagerduty':
      return { url, routingKey: '0123456789abcdef0123456789abcdef' };
    default:
      return { url };
  }
}

/** Calls of the demo model that fails at times; whether a call fails depends on its words alone. */
async function ask(model: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await fetch(`${program.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: `question ${n}` }] }),
    }).then((reply) => reply.arrayBuffer());
  }
}

/** Whether a message says that the alert ended, in the words or fields of its kind. */
function isEnd(kind: Kind, body: string): boolean {
  switch (kind) {
    case 'webhook':
      return JSON.parse(body).type === 'resolved';
    case 'pagerduty':
      return JSON.parse(body).event_action === 'resolve';
    case 'alertmanager': {
      const [alert] = JSON.parse(body);
      return Date.parse(alert.endsAt) <= Date.now();
    }
    default:
      return /resolved/i.test(body);
  }
}

const ends = (kind: Kind): boolean[] => taken[kind].map((body) => isEnd(kind, body));

describe('an alert on its way to every kind of channel', () => {
  it('arrives once and ends once, though receivers are away and the program is killed', async () => {
    for (const kind of KINDS)
      await call('POST', '/api/v1/channels', { name: kind, kind, options: optionsOf(kind) });
    await call('POST', '/api/v1/monitors', {
      name: 'Too many errors',
      metric: { kind: 'error_rate' },
      condition: {
        kind: 'threshold',
        ...{ comparison: 'above', fire: 0.2, windowMinutes: 30, minSamples: 20 },
      },
      severity: 'critical',
      channels: [...KINDS],
    });
    await ask('demo/flaky', 40);
    await expect.poll(() => refused, { timeout: 240_000 }).toEqual(new Set(KINDS));

    await program.kill();
    away = false;
    program = await startProgram({ env, dataDir: program.dataDir });
    await expect
      .poll(() => KINDS.map(ends), { timeout: 240_000 })
      .toEqual(KINDS.map(() => [false]));

    await ask('demo/good', 120);
    await expect
      .poll(() => KINDS.map(ends), { timeout: 240_000 })
      .toEqual(KINDS.map(() => [false, true]));
    for (const kind of KINDS) {
      const problems = PROBLEMS[kind];
      if (problems === undefined) continue;
      expect(taken[kind].flatMap((body) => problems(JSON.parse(body)))).toEqual([]);
    }
  }, 800_000);
});
