import { recordDeed } from './access/audit.ts';
import type { Parts } from './app.ts';
import { judgeDefaults } from './background-judges.ts';
import type { CompareReply, PreviewReply } from './contract/judges.ts';
import type { App } from './core/http.ts';
import type { JudgedOnce } from './evaluation/routes.ts';
import { createPriceSource } from './ingest/price-source.ts';
import type { RecordStep } from './interactions/record.ts';
import { planOnFeedback } from './judges/plan.ts';
import { judgeRoutes } from './judges/routes.ts';
import { recordAll } from './record.ts';

/** Judges and rubrics, for the main thread; what is asked is asked in the background thread. */
export function judgeFeature(app: App, parts: Parts): void {
  const { config, store, clock, newId, background, log } = parts;
  judgeRoutes(app, {
    database: store.database,
    clock,
    newId,
    defaults: judgeDefaults(config),
    price: createPriceSource(store.database),
    reachesGateway: () => reachesGateway(parts),
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    // The other side is our own background-thread.ts, which answers with these types.
    preview: (projectId, request) =>
      background.call('judgesPreview', { projectId, request }) as Promise<PreviewReply>,
    compare: (projectId, request) =>
      background.call('judgesCompare', { projectId, request }) as Promise<CompareReply>,
    nudge: () => {
      background
        .call('judgesNudge')
        .catch((error: unknown) => log.warn({ err: error }, 'judges look by themselves later'));
    },
  });
}

/** Records scores of people, and queues what they liked little for judges. */
export function recordFeedback({ config, newId }: Pick<Parts, 'config' | 'newId'>): RecordStep {
  const plan = planOnFeedback({ newId, defaults: judgeDefaults(config) });
  return async (tx, batch) => {
    await recordAll(tx, batch);
    await plan(tx, batch);
  };
}

/** Judges what has no verdict of a judge yet, as LLM-Quality-Observer asks for it. */
export function judgeOnceInBackground(
  { background }: Pick<Parts, 'background'>,
  asked: { readonly projectId: string; readonly limit: number },
): Promise<JudgedOnce> {
  return background.call('judgesOnce', asked) as Promise<JudgedOnce>;
}

/** Whether there is a gateway to ask models through: this program's own, or the one it was told of. */
function reachesGateway({ config }: Pick<Parts, 'config'>): boolean {
  const { LQO_ROLE, LQO_GATEWAY_URL } = config;
  return LQO_GATEWAY_URL !== null || LQO_ROLE === 'all' || LQO_ROLE === 'gateway';
}
