import { recordDeed } from './access/audit.ts';
import { accessRoutes } from './access/routes.ts';
import { alertFeature } from './alert-parts.ts';
import { metricsRoutes } from './analytics/metrics-routes.ts';
import { analyticsFeature } from './analytics-parts.ts';
import type { Parts } from './app.ts';
import type { Background } from './background.ts';
import { changeFeature } from './change-parts.ts';
import { channelFeature } from './channel-parts.ts';
import { collectMetrics } from './collect-metrics.ts';
import { controlRoutes } from './control-routes.ts';
import type { App } from './core/http.ts';
import { datasetFeature } from './dataset-parts.ts';
import { doctorFeature } from './doctor-parts.ts';
import { evaluationFeature } from './evaluation-feature.ts';
import { redactText, redactWithPlaces } from './evaluators/pii/redact.ts';

import { gatewayRoutes } from './gateway/routes.ts';
import type { SpoolLedger } from './ingest/ledger.ts';
import { ingestRoutes } from './ingest/routes.ts';
import { interactionRoutes } from './interactions/routes.ts';
import { judgeFeature } from './judge-parts.ts';
import { monitorFeature } from './monitor-parts.ts';
import { patternFeature } from './pattern-parts.ts';
import { priceRoutes } from './pricing/routes.ts';
import { takeBackAll } from './record.ts';
import { reviewFeature } from './review-feature.ts';
import { ruleFeature } from './rule-routes.ts';

/** The routes of every feature; which of them a process has depends on its role. */
export function registerRoutes(app: App, parts: Parts): void {
  const { config, store, clock, version, access, newId, background } = parts;
  const { database } = store;
  if (config.METRICS_ENABLE) {
    metricsRoutes(app, {
      collect: () => collectMetrics(parts.metrics, background, parts.gateways.current),
    });
  }
  if (config.LQO_ROLE === 'all' || config.LQO_ROLE === 'gateway')
    gatewayRoutes(app, { ...parts, ...parts.controls });
  if (config.LQO_ROLE === 'all' || config.LQO_ROLE === 'api') {
    accessRoutes(app, { access, authMode: config.AUTH_MODE, version });
    const analysis = analyticsFeature(app, parts);
    controlRoutes(app, { ...parts, analysis });
    ingestRoutes(app, { ...parts, database, readLedger: () => readLedger(background) });
    interactionRoutes(app, {
      database,
      clock,
      takeBack: takeBackAll,
      redact: redactText,
      hide: redactWithPlaces,
      recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    });
    datasetFeature(app, parts);
    reviewFeature(app, parts);
    ruleFeature(app, parts);
    priceRoutes(app, {
      database,
      clock,
      newId,
      recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    });
    judgeFeature(app, parts);
    monitorFeature(app, parts);
    alertFeature(app, parts);
    patternFeature(app, parts);
    changeFeature(app, parts);
    evaluationFeature(app, parts);
    channelFeature(app, parts);
    doctorFeature(app, parts);
  }
}

/** The other side is our own background-thread.ts, which answers with the books. */
function readLedger(background: Background): Promise<SpoolLedger> {
  return background.call('ledger') as Promise<SpoolLedger>;
}
