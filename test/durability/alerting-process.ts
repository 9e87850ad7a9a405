import { openAlerting } from '../../src/alert-parts.ts';
import { enqueue } from '../../src/alerting/outbox/enqueue.ts';
import { systemClock } from '../../src/core/clock.ts';
import { parseConfig } from '../../src/core/config.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { openStore } from '../../src/store/open.ts';
import { silent, testMetrics } from './data-folder.ts';

/**
 * A process under test: it delivers what is in the outbox of its database through a webhook, as the program does. With
 * PUT, so many messages are written first, in turn for four sequences: `s0 0`, `s1 0`, … `s0 1`, …
 */
const SEQUENCES = 4;
const PROJECT = '00000000-0000-7000-8000-00000000a1e7';
const CHANNEL = '00000000-0000-7000-8000-00000000c4a7';
const { DATA_DIR: dataDir = '', DATABASE_URL: databaseUrl, RECEIVER_URL: url, PUT } = process.env;

const store = await openStore({
  databaseUrl: databaseUrl || null,
  dataDir,
  poolSize: 3,
  log: silent,
  clock: systemClock,
});
const { database } = store;
const newId = createIdGenerator(systemClock);
await database.query(
  `insert into projects (id, slug, name) values ($1, 'alerting', 'Alerting') on conflict do nothing`,
  [PROJECT],
);
await database.query(
  `insert into channels (id, project_id, name, kind, settings, options, enabled, managed_by, created_at, updated_at)
   values ($1, $2, 'hook', 'webhook', $3::text::jsonb, $4::text::jsonb, true, 'api', now(), now())
   on conflict do nothing`,
  [
    CHANNEL,
    PROJECT,
    JSON.stringify({ perMinute: 600, language: 'en', texts: 'none' }),
    JSON.stringify({ url }),
  ],
);
await database.transaction(async (tx) => {
  for (let at = 0; at < Number(PUT ?? 0); at += 1) {
    const sequenceKey = `s${at % SEQUENCES}`;
    const text = `${sequenceKey} ${Math.floor(at / SEQUENCES)}`;
    await enqueue(
      tx,
      { clock: systemClock, newId },
      {
        projectId: PROJECT,
        channelIds: [CHANNEL],
        sequenceKey,
        dedupeKey: text,
        alertId: null,
        message: { kind: 'test', channel: 'hook', by: text },
      },
    );
  }
});
const alerting = openAlerting({
  database,
  clock: systemClock,
  newId,
  log: silent,
  metrics: testMetrics(),
  config: parseConfig({ DATA_DIR: dataDir }),
});
alerting.start();
process.on('message', () => {
  void alerting
    .stop()
    .then(() => store.close())
    .then(() => process.disconnect());
});
