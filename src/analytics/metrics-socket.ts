import fastifyWebsocket, { type WebSocket } from '@fastify/websocket';
import type { StreamMessage } from '../contract/access.ts';
import { type MetricsMessage, SocketQuery } from '../contract/metrics-socket.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, asError } from '../core/errors.ts';
import type { App, Auth } from '../core/http.ts';
import type { Log } from '../core/log.ts';
import type { ActivityFeed } from './activity-feed.ts';
import type { CostAnalysis } from './cost-analysis.ts';

const COSTS_EVERY_MS = 30_000;
const PING_EVERY_MS = 15_000;
/** Sockets end after this long and clients come again, so that a revoked key or session stops reading. */
const MAX_SOCKET_MS = 60 * 60_000;
const MAX_SOCKETS = 500;
/** Nothing that clients say is of interest; what is longer closes the socket. */
const MAX_MESSAGE_BYTES = 16 * 1024;
/** A reader that lets this much pile up is dropped; it will come again. */
const MAX_WAITING_BYTES = 256 * 1024;
/** WebSocket close codes (RFC 6455, 7.4.1): going away, and come again. */
const GOING_AWAY = 1001;
const TRY_AGAIN = 1013;

export interface MetricsSocketDeps {
  readonly feed: Pick<ActivityFeed, 'listen'>;
  readonly analysis: Pick<CostAnalysis, 'analyse'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * `WS /ws/metrics` of llm-monitoring-framework: `cost_update` with the costs of the last hour at once and every 30 s;
 * beside it `interactions` and `scores` when some were added, `alerts` when some began or ended, `ledger` when records
 * are at risk. Pings every
 * 15 s, drops who does not answer, closes with 1001 after an hour: come again. What clients say is ignored.
 */
export function metricsSocket(app: App, deps: MetricsSocketDeps): void {
  const open = new Set<WebSocket>();
  void app.register((scope: App, _options, done) => {
    void scope.register(fastifyWebsocket, { options: { maxPayload: MAX_MESSAGE_BYTES } });
    scope.after(() => {
      socketRoute(scope, open, deps);
    });
    done();
  });
}

function socketRoute(scope: App, open: Set<WebSocket>, deps: MetricsSocketDeps): void {
  scope.route({
    method: 'GET',
    url: '/ws/metrics',
    config: { scope: 'read' },
    schema: {
      querystring: SocketQuery,
      tags: ['llm-monitoring-framework'],
      summary: 'Costs, new interactions and scores as they come (WebSocket)',
    },
    handler: () => {
      throw new AppError('upgrade_required', 'Open this path as a WebSocket.');
    },
    wsHandler: (socket, { auth }) => {
      if (open.size >= MAX_SOCKETS) {
        socket.close(TRY_AGAIN, 'Too many sockets are open.');
        return;
      }
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      serve(socket, auth, deps);
    },
  });
}

function serve(socket: WebSocket, auth: Auth, deps: MetricsSocketDeps): void {
  const { feed, clock, log } = deps;
  const say = (message: MetricsMessage): void => send(socket, message);
  const tellCosts = (): void => {
    costUpdate(deps, auth.projectId).then(say, (thrown: unknown) =>
      log.warn({ err: asError(thrown) }, 'costs could not be told'),
    );
  };
  const costs = setInterval(tellCosts, COSTS_EVERY_MS);
  const ping = pingEvery(socket, PING_EVERY_MS);
  const goodbye = setTimeout(() => socket.close(GOING_AWAY, 'Come again.'), MAX_SOCKET_MS);
  const leaving = feed.listen({
    projectId: auth.projectId,
    projectSlug: auth.projectSlug,
    receive: (news) => {
      const timestamp = new Date(clock.now()).toISOString();
      say({ ...messageOf(news), timestamp });
    },
  });
  // A connection that breaks while we write ends in 'close' too; nobody needs the error.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearInterval(costs);
    clearInterval(ping);
    clearTimeout(goodbye);
    void leaving.then((leave) => leave());
  });
  // Once the first message is there, nothing that is added later will be missed.
  void leaving.then(tellCosts);
}

/** What the feed tells, in the words of the socket. */
function messageOf(news: StreamMessage): DistributiveOmit<MetricsMessage, 'timestamp'> {
  switch (news.kind) {
    case 'ledger':
      return { type: 'ledger', data: { degraded: news.degraded } };
    case 'alerts':
      return { type: 'alerts', data: { opened: news.opened, closed: news.closed } };
    default:
      return { type: news.kind, data: { added: news.added } };
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown
  ? Omit<Union, Key>
  : never;

async function costUpdate(
  { analysis, clock }: MetricsSocketDeps,
  projectId: string,
): Promise<MetricsMessage> {
  const data = await analysis.analyse(projectId, '1h');
  return { type: 'cost_update', data, timestamp: new Date(clock.now()).toISOString() };
}

/** Ends a socket whose other side has not answered the last ping. */
function pingEvery(socket: WebSocket, everyMs: number): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  return setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, everyMs);
}

function send(socket: WebSocket, message: MetricsMessage): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
  else socket.send(JSON.stringify(message));
}
