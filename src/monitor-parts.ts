import { recordDeed } from './access/audit.ts';
import { settle } from './alerting/alerts/settle.ts';
import { monitorRoutes } from './alerting/monitor-routes.ts';
import { applyFile } from './alerting/monitors/apply-file.ts';
import { watchLateMonitors } from './alerting/monitors/late.ts';
import type { MonitorDeps } from './alerting/monitors/manage-monitors.ts';
import { endingVerdicts } from './alerting/monitors/verdicts.ts';
import { prometheusRulesRoutes } from './alerting/prometheus-rules-routes.ts';
import type { Parts } from './app.ts';
import type { MonitorBacktest } from './contract/monitors.ts';
import { ConfigError } from './core/config.ts';
import { AppError } from './core/errors.ts';
import type { App } from './core/http.ts';
import { readFileOf } from './monitor-commands.ts';

/**
 * Applies `MONITORS_FILE` to the default project, at the start of a program that has its API. Throws ConfigError for a
 * file that cannot be read or makes no sense.
 */
export async function applyMonitorsFile(parts: Parts, projectId: string): Promise<void> {
  const { config, log } = parts;
  const path = config.MONITORS_FILE;
  if (path === null || config.LQO_ROLE === 'gateway') return;
  const file = await readFileOf(path);
  try {
    const applied = await applyFile(
      monitorDeps(parts),
      { projectId, actor: 'lqo' },
      { file, dryRun: false },
    );
    const { unchanged, ...changes } = applied;
    log.info({ ...changes, unchanged: unchanged.length }, 'applied MONITORS_FILE');
  } catch (error) {
    if (error instanceof AppError) throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
}

/** Monitors, for the main thread; they are looked at in the background thread. */
export function monitorFeature(app: App, parts: Parts): void {
  prometheusRulesRoutes(app, parts.store);
  monitorRoutes(app, {
    ...monitorDeps(parts),
    // The other side is our own background-thread.ts, which answers with this.
    backtest: (projectId, wish) =>
      parts.background.call('backtestMonitor', { projectId, wish }) as Promise<MonitorBacktest>,
  });
}

/** Sees from this thread whether the background thread (of whichever program) looks at monitors. */
export function watchMonitors(parts: Parts): { stop(): Promise<void> } {
  const { store, clock, newId, log } = parts;
  return watchLateMonitors({ database: store.database, clock, newId, log, settle });
}

function monitorDeps(parts: Parts): MonitorDeps {
  const { store, clock, newId } = parts;
  return {
    ...{ database: store.database, clock, newId },
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    endAlerts: async (tx, monitor) =>
      settle(tx, parts, await endingVerdicts(tx, monitor, new Date(clock.now()))),
  };
}
