import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChannelTools } from '../src/channel-tools.ts';
import { channelOf } from '../src/channels/index.ts';
import type { AlertMessage } from '../src/channels/message.ts';
import { systemClock } from '../src/core/clock.ts';
import { alert, alertMessage, messageSetting } from './support/messages.ts';
import { freePort } from './support/services.ts';

const PROGRAM = 'prometheus-alertmanager';

/** Where everything has to be, its absence is for the test to show. */
function isInstalled(): boolean {
  return process.env['CI'] === 'true' || spawnSync(PROGRAM, ['--version']).status === 0;
}

interface HeldAlert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly generatorURL: string;
}

describe.skipIf(!isInstalled())('a real Alertmanager (skipped without it)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-alertmanager-'));
  let child: ChildProcess;
  let url = '';

  beforeAll(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    const config = join(folder, 'alertmanager.yml');
    writeFileSync(config, 'route:\n  receiver: none\nreceivers:\n  - name: none\n');
    child = spawn(
      PROGRAM,
      [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    );
    await until(async () => (await fetch(`${url}/-/ready`)).ok);
  });
  afterAll(async () => {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits for a condition; a server that is not there yet is none. */
  async function until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!(await holds().catch(() => false))) {
      if (Date.now() > deadline) throw new Error('It did not come to pass.');
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  const active = async (): Promise<HeldAlert[]> =>
    (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as HeldAlert[];
  const send = (message: AlertMessage): Promise<void> =>
    channelOf('alertmanager').send(
      message,
      { url: `${url}/` },
      {
        setting: messageSetting({ at: new Date().toISOString() }),
        tools: createChannelTools({ clock: systemClock, rules: { allowLinkLocal: false } }),
      },
    );

  it('holds an alert under its labels, once, until it is resolved', async () => {
    const startedAt = new Date(Date.now() - 60_000).toISOString();
    const one = alert({
      startedAt,
      name: '품질 <!channel>',
      labels: { model: 'gpt-5', '1st': 'x' },
    });
    await send(alertMessage({ alerts: [one] }));
    await send(alertMessage({ alerts: [one], occasion: 'again' }));
    await until(async () => (await active()).length === 1);
    const [held] = await active();
    expect(held).toMatchObject({
      labels: {
        alertname: '품질 <!channel>',
        severity: 'critical',
        project: 'support-bot',
        model: 'gpt-5',
        _1st: 'x',
      },
      generatorURL: `https://quality.example.com/alerts/${one.id}?project=support-bot`,
    });
    expect(held?.annotations['description']).toContain('81.2%');
    expect(Date.parse(held?.startsAt ?? '')).toBe(Date.parse(startedAt));
    const endedAt = new Date().toISOString();
    await send(
      alertMessage({ kind: 'resolved', alerts: [{ ...one, endedAt, state: 'resolved' }] }),
    );
    await until(async () => (await active()).length === 0);
  });
});
