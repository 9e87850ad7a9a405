import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type onRequestHookHandler,
} from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { asksForSocket } from './asks-for-socket.ts';
import { ANONYMOUS, type AuthenticateDeps, createAuthenticate } from './authenticate.ts';
import { createClientErrorHandler } from './client-error.ts';
import { type CrossOrigin, createCrossOrigin } from './cross-origin.ts';
import { collectDocumentation, documentationRoutes } from './documentation.ts';
import { sendError } from './error-reply.ts';
import { forwardInside } from './forward-inside.ts';
import { createOriginGuard, type OriginGuard } from './guard-origin.ts';
import { MAX_HEADER_BYTES } from './header-limit.ts';
import { healthRoutes, type ReadyCheck } from './health.ts';
import { LazyLog } from './lazy-log.ts';
import { createObserver } from './observe-requests.ts';
import { requestId } from './request-id.ts';
import { type RouteTable, watchRoutes } from './route-table.ts';
import { type SendPage, staticFiles } from './static-files.ts';

/** A request must have arrived whole by then; large uploads on slow lines do. */
const RECEIVE_TIMEOUT_MS = 300_000;
/** Longer than the idle time-out of common load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

interface BareServerDeps {
  readonly config: Pick<Config, 'HOST' | 'AUTH_MODE' | 'ALLOWED_HOSTS' | 'API_MAX_BODY_BYTES'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: Metrics;
  readonly access: Pick<AuthenticateDeps, 'directory' | 'sessions'>;
  /** Registers the routes of every feature. */
  routes(app: App): void | Promise<void>;
}

export interface ServerDeps extends BareServerDeps {
  readonly version: string;
  /** What `/ready` asks. */
  readonly checks: readonly ReadyCheck[];
  /** Folder of the built web app; null serves none. */
  readonly webRoot: string | null;
}

export interface Server {
  readonly app: App;
  readonly routeTable: RouteTable;
}

/**
 * The HTTP server, ready to listen: every request gets an id, is checked for where it comes from and
 * who sends it, is counted, and fails in one place. Throws when a route does not say who may call it.
 */
export async function buildServer(deps: ServerDeps): Promise<Server> {
  const { app, routeTable } = await createGuardedApp(deps);
  await collectDocumentation(app, deps.version);
  healthRoutes(app, deps);
  await deps.routes(app);
  await documentationRoutes(app);
  const sendPage = await staticFiles(app, deps.webRoot);
  app.setNotFoundHandler((request, reply) =>
    answerUnmatched({ routeTable, sendPage }, request, reply),
  );
  await app.ready();
  return { app, routeTable };
}

/** The server of a gateway process: its routes, with the same checks; the main process gets the rest. */
export async function buildGatewayServer(
  deps: BareServerDeps & { readonly socketPath: string },
): Promise<Server> {
  const { app, routeTable } = await createGuardedApp(deps);
  await deps.routes(app);
  forwardInside(app, deps);
  await app.ready();
  return { app, routeTable };
}

async function createGuardedApp(deps: BareServerDeps): Promise<Server> {
  const app = createApp(deps);
  const routeTable = watchRoutes(app);
  app.decorateRequest('auth');
  app.addHook('onRequest', createObserver(deps));
  const guard = createOriginGuard(deps.config);
  const crossOrigin = createCrossOrigin({ ...deps.access, guard, clock: deps.clock });
  app.addHook('onRequest', createDoor(guard, crossOrigin));
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, HELMET);
  app.addHook(
    'onRequest',
    createAuthenticate({ authMode: deps.config.AUTH_MODE, crossOrigin, ...deps.access }),
  );
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  return { app, routeTable };
}

function createApp({ config, log, newId }: BareServerDeps): App {
  const logger: FastifyBaseLogger = log;
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    childLoggerFactory: (_parent, bindings) => new LazyLog(log, bindings),
    genReqId: (request) => requestId(request.headers, newId),
    bodyLimit: config.API_MAX_BODY_BYTES,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      // Where nobody takes sockets, a request for one is answered like any other.
      shouldUpgradeCallback: (request) =>
        asksForSocket(request) && app.server.listenerCount('upgrade') > 0,
    },
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: createClientErrorHandler({ log, newId }),
    frameworkErrors: (error, request, reply) => {
      request.auth = ANONYMOUS;
      sendError(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app;
}

/** Only our own files; no inline script or style, no frames, no plug-ins. */
const HELMET = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'same-origin' },
  // Ports of one name share it: a header for https on localhost would break other local programs.
  strictTransportSecurity: false,
} as const;

/** The request id on every reply (those that a route takes over write it themselves), and the check of Host and Origin. */
function createDoor(guard: OriginGuard, crossOrigin: CrossOrigin): onRequestHookHandler {
  return (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    request.auth = ANONYMOUS;
    const isSocket = asksForSocket(request.raw);
    if (isSocket) endAfterRefusal(reply);
    if (request.routeOptions.config?.crossOrigin === true) {
      guard.checkHost(request.headers);
      crossOrigin.open(request, reply);
    } else {
      // A page of another origin may open sockets, and the browser sends cookies along.
      guard.check(isSocket ? 'UPGRADE' : request.method, request.headers);
    }
    done();
  };
}

/** A connection that asked to become a socket reads no further request, so an answer to it is its last. */
function endAfterRefusal(reply: FastifyReply): void {
  void reply.header('connection', 'close');
  reply.raw.once('finish', () => reply.raw.socket?.destroySoon());
}

function answerUnmatched(
  { routeTable, sendPage }: { routeTable: RouteTable; sendPage: SendPage },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '';
  const methods = routeTable.methodsFor(path);
  if (methods.length > 0 && !methods.includes(request.method)) {
    reply.header('allow', methods.join(', '));
    throw new AppError('method_not_allowed', `This path answers ${methods.join(', ')}.`);
  }
  const page = sendPage(request, reply);
  if (page !== null) return page;
  throw new AppError('not_found', 'There is nothing at this path.');
}
