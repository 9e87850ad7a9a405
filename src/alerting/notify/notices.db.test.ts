import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBox } from '../../../test/support/channels.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { ensurePartitions } from '../../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../../test/support/records.ts';
import type { Message } from '../../channels/message.ts';
import { parseConfig } from '../../core/config.ts';
import { createIdGenerator } from '../../core/ids.ts';
import { redactText } from '../../evaluators/pii/redact.ts';
import type { InteractionRow } from '../../interactions/record.ts';
import { recordAll } from '../../record.ts';
import type { Database } from '../../store/database.ts';
import { tellSummaries } from './batch-summary.ts';
import { beyondChance, tellDigests } from './digest.ts';
import { provisionChannels } from './environment-channels.ts';
import { tellLowQuality, type WrittenScore } from './low-quality.ts';
import { openSecrets } from './secret-box.ts';

const NOW_MS = Date.parse('2026-11-21T08:00:30.000Z');
const MINUTE_MS = 60_000;
let nowMs = NOW_MS;
const clock = { now: () => nowMs, monotonic: () => nowMs };
const newId = createIdGenerator(clock);
let database: Database;

beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database);
});
afterAll(() => database.close());

/** A project with one channel. */
async function stage(settings: object = {}) {
  nowMs = NOW_MS;
  const projectId = randomUUID();
  const channelId = randomUUID();
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    `p-${projectId}`,
  ]);
  const all = { language: 'en', texts: 'masked', digest: 'none', perMinute: 20, ...settings };
  await database.query(
    `insert into channels (id, project_id, name, kind, settings, options, enabled, managed_by, created_at, updated_at)
     values ($1, $2, 'team', 'slack', $3::text::jsonb, '{}', true, 'api', $4, $4)`,
    [channelId, projectId, JSON.stringify(all), new Date(nowMs - 60 * MINUTE_MS)],
  );
  return {
    projectId,
    channelId,
    async answered(
      texts: [string, string] = ['question', 'answer'],
      more: Partial<InteractionRow> = {},
    ) {
      const row = interactionRow({ projectId, createdAt: new Date(nowMs), ...more });
      const [promptText, responseText] = texts;
      const body = bodyRow(row, { promptText, responseText });
      await record(database, batchOf({ interactions: [row], bodies: [body] }), [recordAll]);
      return row;
    },
    messages: async (): Promise<Message[]> =>
      (
        await database.query<{ message: Message }>(
          'select message from outbox where channel_id = $1 order by id',
          [channelId],
        )
      ).map(({ message }) => message),
  };
}

const scoreOf = (
  row: InteractionRow,
  native: number,
  more: Partial<WrittenScore> = {},
): WrittenScore => ({
  projectId: row.projectId,
  interactionId: row.id,
  interactionCreatedAt: row.createdAt,
  name: 'overall',
  value: (native - 1) / 4,
  nativeValue: native,
  label: 'low',
  reason: 'The answer is too short.',
  source: 'rule',
  evaluator: 'rule-overall',
  evaluatorVersion: 'v1',
  ...more,
});
const tell = (threshold = 3) => {
  const told = tellLowQuality({ clock, newId, threshold, redact: redactText });
  return (...scores: WrittenScore[]): Promise<void> =>
    database.transaction((tx) => told(tx, scores));
};

describe('given a channel that is told of low quality', () => {
  it('tells what is at the threshold or below it, once, whoever finds it', async () => {
    const { answered, messages } = await stage({ lowQuality: true });
    const [at, above] = [await answered(), await answered()];
    await tell()(scoreOf(at, 3), scoreOf(above, 3.25));
    await tell()(scoreOf(at, 2, { source: 'judge' }));
    expect(await messages()).toEqual([
      {
        kind: 'low_quality',
        interactionId: at.id,
        score: 3,
        threshold: 3,
        judge: 'rule-overall-v1',
        label: 'low',
        comment: 'The answer is too short.',
        model: at.model,
        createdAt: at.createdAt.toISOString(),
        texts: { prompt: 'question', response: 'answer' },
        more: 0,
      },
    ]);
  });

  it('shows of texts what the channel may show', async () => {
    const texts: [string, string] = ['Mail jane@example.com', 'Call +1 212 555 0198 now'];
    for (const [setting, prompt] of [
      ['full', 'Mail jane@example.com'],
      ['none', null],
    ] as const) {
      const { answered, messages } = await stage({ lowQuality: true, texts: setting });
      await tell()(scoreOf(await answered(texts), 1));
      expect(await messages()).toMatchObject([{ texts: { prompt } }]);
    }
    const { answered, messages } = await stage({ lowQuality: true });
    await tell()(scoreOf(await answered(texts), 1, { reason: 'It says jane@example.com' }));
    const said = JSON.stringify(await messages());
    expect(said).not.toContain('jane@example.com');
    expect(said).not.toContain('0198');
  });

  it('counts what is more than five a minute in one message', async () => {
    const { answered, messages } = await stage({ lowQuality: true });
    const scores: WrittenScore[] = [];
    for (let at = 0; at < 20; at += 1) scores.push(scoreOf(await answered(), 1));
    await tell()(...scores.slice(0, 12));
    await tell()(...scores.slice(12));
    const told = await messages();
    expect(told).toHaveLength(6);
    expect(told.map((one) => 'more' in one && one.more)).toEqual([0, 0, 0, 0, 0, 14]);
    nowMs += 2 * MINUTE_MS;
    await tell()(scoreOf(await answered(), 1));
    expect(await messages()).toHaveLength(7);
  });

  it('tells nothing of other scores, people, the past, sample traffic and calls of its own', async () => {
    const { answered, messages } = await stage({ lowQuality: true });
    const row = await answered();
    await tell()(scoreOf(row, 1, { name: 'length' }), scoreOf(row, 1, { source: 'human' }));
    await tell()(
      scoreOf(await answered(['q', 'a'], { createdAt: new Date(nowMs - 25 * 3_600_000) }), 1),
    );
    for (const origin of ['demo', 'judge', 'run'] as const) {
      await tell()(scoreOf(await answered(['q', 'a'], { origin }), 1));
    }
    expect(await messages()).toEqual([]);
  });

  it('tells other projects and channels nothing', async () => {
    const [ours, theirs] = [await stage({ lowQuality: true }), await stage({ lowQuality: true })];
    const deaf = await stage();
    await tell()(scoreOf(await ours.answered(), 1), scoreOf(await deaf.answered(), 1));
    expect([
      (await ours.messages()).length,
      await theirs.messages(),
      await deaf.messages(),
    ]).toEqual([1, [], []]);
  });
});

describe('given a channel that is told of batches', () => {
  const deps = () => ({ database, clock, newId, threshold: 3 });
  const scored = async (row: InteractionRow, native: number): Promise<void> => {
    const score = {
      ...scoreOf(row, native),
      id: randomUUID(),
      createdAt: new Date(nowMs),
      model: row.model,
      userId: null,
      flagged: false,
      details: null,
      source: 'rule' as const,
    };
    await record(database, batchOf({ scores: [score] }), [recordAll]);
  };

  it('tells evaluated, average with its interval and low quality of each stretch, once', async () => {
    const { answered, messages, projectId } = await stage({ batchSummary: true });
    for (const native of [1, 3, 4, 5, 5, 4]) await scored(await answered(), native);
    nowMs += MINUTE_MS;
    await tellSummaries(deps());
    await tellSummaries(deps());
    const [first, ...others] = await messages();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      kind: 'summary',
      evaluated: 6,
      failed: 0,
      lowQuality: 2,
      judgeType: 'rule',
      judge: 'rule-overall-v1',
      average: { value: 22 / 6, n: 6 },
      finishedAt: new Date(nowMs).toISOString(),
    });
    nowMs += 60 * MINUTE_MS;
    await scored(await answered(), 5);
    nowMs += MINUTE_MS;
    await tellSummaries(deps());
    expect((await messages()).at(-1)).toMatchObject({ evaluated: 1, lowQuality: 0 });
    expect(projectId).not.toBe('');
  });

  it('tells nothing when nothing was evaluated', async () => {
    const { messages } = await stage({ batchSummary: true });
    await tellSummaries(deps());
    expect(await messages()).toEqual([]);
  });
});

describe('given a channel that gets a digest', () => {
  it('has the figures of the day beside those before, once a day', async () => {
    const { answered, messages } = await stage({ digest: 'daily' });
    for (const hoursAgo of [2, 3, 26, 27, 28]) {
      await answered(['q', 'a'], { createdAt: new Date(NOW_MS - hoursAgo * 3_600_000) });
    }
    await tellDigests({ database, clock, newId }, 'daily');
    await tellDigests({ database, clock, newId }, 'daily');
    await tellDigests({ database, clock, newId }, 'weekly');
    const told = await messages();
    expect(told).toHaveLength(1);
    const [digest] = told;
    expect(digest).toMatchObject({
      kind: 'digest',
      period: 'daily',
      from: '2026-11-20T08:00:00.000Z',
      to: '2026-11-21T08:00:00.000Z',
      alerts: { fired: 0, open: 0 },
      changes: [],
    });
    const figures = digest?.kind === 'digest' ? digest.figures : [];
    expect(figures.find(({ name }) => name === 'volume')).toMatchObject({
      current: { value: 2 },
      before: { value: 3 },
    });
    expect(figures.find(({ name }) => name === 'quality')).toMatchObject({
      current: { value: null, n: 0 },
      changed: null,
    });
  });

  it('calls a difference real when it is more than the two intervals leave to chance', () => {
    const estimate = (value: number, half: number, n = 100) => ({
      value,
      n,
      low: value - half,
      high: value + half,
    });
    expect(beyondChance(estimate(0.8, 0.05), estimate(0.9, 0.05))).toBe(true);
    expect(beyondChance(estimate(0.8, 0.08), estimate(0.9, 0.08))).toBe(false);
    expect(beyondChance(estimate(0.8, 0.05, 9), estimate(0.9, 0.05))).toBeNull();
  });
});

describe('given channels of the environment', () => {
  const deps = () => ({ database, clock, newId, box: testBox() });
  const rowsOf = (projectId: string) =>
    database.query<{
      id: string;
      name: string;
      kind: string;
      settings: object;
      secrets: string | null;
    }>('select * from channels where project_id = $1 order by name', [projectId]);
  const project = async (): Promise<string> => {
    const id = randomUUID();
    await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
      id,
      `p-${id}`,
    ]);
    return id;
  };

  it('makes, changes and removes them as the variables say', async () => {
    const projectId = await project();
    const all = {
      SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x',
      DISCORD_WEBHOOK_URL: 'https://discord.com/api/webhooks/1/x',
      SMTP_HOST: 'smtp.example.com',
      SMTP_PORT: '465',
      SMTP_USERNAME: 'lqo',
      SMTP_PASSWORD: 'secret of the mail server',
      SMTP_FROM_EMAIL: 'lqo@example.com',
      SMTP_TO_EMAILS: 'a@example.com, b@example.com,',
      NOTIFICATION_LANGUAGE: 'ko',
    };
    expect(await provisionChannels(deps(), parseConfig(all), projectId)).toEqual([]);
    const made = await rowsOf(projectId);
    expect(made).toMatchObject([
      { name: 'discord', kind: 'discord' },
      {
        name: 'email',
        options: {
          host: 'smtp.example.com',
          port: 465,
          security: 'tls',
          user: 'lqo',
          to: ['a@example.com', 'b@example.com'],
        },
        settings: { lowQuality: true, batchSummary: true, language: 'ko' },
        managed_by: 'environment',
      },
      { name: 'slack', kind: 'slack' },
    ]);
    expect(JSON.stringify(made)).not.toContain('secret of the mail server');
    const mail = made[1] ?? { id: '', secrets: null };
    expect(await openSecrets(testBox(), mail)).toEqual({ password: 'secret of the mail server' });
    const { SLACK_WEBHOOK_URL: _, ...rest } = { ...all, NOTIFICATION_LANGUAGE: 'en' };
    await provisionChannels(deps(), parseConfig(rest), projectId);
    const left = await rowsOf(projectId);
    expect(left.map(({ name, id }) => [name, id])).toEqual(
      made.slice(0, 2).map(({ name, id }) => [name, id]),
    );
    await provisionChannels(deps(), parseConfig({}), projectId);
    expect(await rowsOf(projectId)).toEqual([]);
  });

  it('leaves channels of people alone and says so', async () => {
    const { projectId } = await stage();
    await database.query("update channels set name = 'slack' where project_id = $1", [projectId]);
    const config = parseConfig({ SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x' });
    const warnings = await provisionChannels(deps(), config, projectId);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('SLACK_WEBHOOK_URL');
    expect(await rowsOf(projectId)).toMatchObject([{ managed_by: 'api' }]);
  });

  it('refuses half a mail server and addresses that are none', async () => {
    const projectId = await project();
    for (const environment of [
      { SMTP_HOST: 'smtp.example.com' },
      { SMTP_HOST: 'smtp.example.com', SMTP_FROM_EMAIL: 'a@b.c', SMTP_TO_EMAILS: 'nobody' },
      { SLACK_WEBHOOK_URL: 'hooks.slack.com' },
    ]) {
      await expect(
        provisionChannels(deps(), parseConfig(environment), projectId),
      ).rejects.toMatchObject({ name: 'ConfigError' });
    }
  });
});
