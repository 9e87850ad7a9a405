import type { NewRoute, Route, RouteChange, RouteTarget } from '../contract/routing.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { RoutePolicy } from './snapshot.ts';
import { assertProviders } from './stored-models.ts';
import { type Actor, actorOf, type RoutingDeps } from './stored-providers.ts';

type Plan = RoutePolicy & { readonly targets: readonly RouteTarget[] };

/** The plan was checked by its schema when it was written. */
interface RouteRow {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly plan: Plan;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const MAX_ROUTES_OF_PROJECT = 500;

/** A project's routes in the order they were made; `after` is the id of the last one before. */
export async function listRoutes(
  database: Queryable,
  of: { readonly projectId: string; readonly after: string | null; readonly limit: number },
): Promise<Route[]> {
  const rows = await database.query<RouteRow>(
    `select * from routes where project_id = $1 and ($2::uuid is null or id > $2::uuid)
     order by id limit $3`,
    [of.projectId, of.after, of.limit],
  );
  return rows.map(toRoute);
}

/** One route. Throws `not_found` when the project has none with this id. */
export async function findRoute(
  database: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<Route> {
  const rows = await database.query<RouteRow>(
    'select * from routes where project_id = $1 and id = $2',
    [of.projectId, of.id],
  );
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no such route.');
  return toRoute(row);
}

/**
 * Adds a route. Throws `invalid_request` for targets that are unknown or listed twice, and `conflict` when the
 * name is taken or there are too many.
 */
export async function addRoute(deps: RoutingDeps, by: Actor, asked: NewRoute): Promise<Route> {
  const route = await deps.database.transaction((tx) => insertRoute(deps, tx, { by, asked }));
  await deps.refresh();
  return route;
}

/** Adds a route within a transaction; see `addRoute`. */
export async function insertRoute(
  deps: RoutingDeps,
  tx: Queryable,
  { by, asked }: { readonly by: Actor; readonly asked: NewRoute },
): Promise<Route> {
  const id = deps.newId();
  const { name, title = name, enabled } = asked;
  await assertSound(deps, tx, { ...by, id, name, targets: asked.targets });
  const now = new Date(deps.clock.now());
  const rows = await tx.query<RouteRow>(
    `insert into routes (id, project_id, name, title, enabled, plan, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $7) returning *`,
    [id, by.projectId, name, title, enabled, jsonText(planOf(asked)), now],
  );
  const details = { name, targets: asked.targets.length };
  await deps.recordDeed(tx, { ...by, action: 'route.created', target: id, details });
  return onlyRow(rows);
}

/** Changes a route. Throws `not_found`, `invalid_request` and `conflict` as above. */
export async function changeRoute(
  deps: RoutingDeps,
  by: Actor & { readonly id: string },
  change: RouteChange,
): Promise<Route> {
  const changed = await deps.database.transaction(async (tx) => {
    const before = await findRoute(tx, by);
    const after = { ...before, ...given(change) };
    await assertSound(deps, tx, { ...by, name: after.name, targets: after.targets });
    const rows = await tx.query<RouteRow>(
      `update routes set name = $3, title = $4, enabled = $5, plan = $6::text::jsonb, updated_at = $7
       where project_id = $1 and id = $2 returning *`,
      [
        by.projectId,
        by.id,
        after.name,
        after.title,
        after.enabled,
        jsonText(planOf(after)),
        new Date(deps.clock.now()),
      ],
    );
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'route.changed',
      target: by.id,
      details: { name: after.name, changed: Object.keys(given(change)) },
    });
    return onlyRow(rows);
  });
  await deps.refresh();
  return changed;
}

/** Parts that are present; an explicit undefined changes nothing. */
function given(change: RouteChange): Partial<Route> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** Removes a route. Throws `not_found`. */
export async function removeRoute(
  deps: RoutingDeps,
  by: Actor & { readonly id: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const { name } = await findRoute(tx, by);
    await tx.query('delete from routes where project_id = $1 and id = $2', [by.projectId, by.id]);
    const details = { name };
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'route.deleted',
      target: by.id,
      details,
    });
  });
  await deps.refresh();
}

async function assertSound(
  deps: RoutingDeps,
  tx: Queryable,
  of: Actor & {
    readonly id: string;
    readonly name: string;
    readonly targets: readonly RouteTarget[];
  },
): Promise<void> {
  const places = of.targets.map(({ providerId, model }) => `${providerId}\n${model ?? ''}`);
  if (new Set(places).size < places.length) {
    throw new AppError('invalid_request', 'A route names each provider and model once.', {
      details: { field: 'targets' },
    });
  }
  if (of.name.startsWith('demo/')) {
    throw new AppError('invalid_request', 'Names that begin with demo/ are the built-in models.', {
      details: { field: 'name' },
    });
  }
  await assertProviders(deps, tx, {
    projectId: of.projectId,
    ids: of.targets.map(({ providerId }) => providerId),
  });
  const [row] = await tx.query<{ same: number; all: number }>(
    `select count(*) as all, count(*) filter (where name = $2 and id <> $3) as same
     from routes where project_id = $1`,
    [of.projectId, of.name, of.id],
  );
  if ((row?.same ?? 0) > 0) {
    throw new AppError('conflict', `There is a route ${of.name} already.`, {
      details: { field: 'name' },
    });
  }
  if ((row?.all ?? 0) >= MAX_ROUTES_OF_PROJECT) {
    throw new AppError('conflict', `A project can have ${MAX_ROUTES_OF_PROJECT} routes.`);
  }
}

function planOf(route: Plan): Plan {
  const { targets, sticky, retries, fallbackOn, breaker, probeSeconds, onDisconnect } = route;
  return { targets, sticky, retries, fallbackOn, breaker, probeSeconds, onDisconnect };
}

function onlyRow(rows: readonly RouteRow[]): Route {
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no such route.');
  return toRoute(row);
}

function toRoute(row: RouteRow): Route {
  const { targets, fallbackOn } = row.plan;
  return {
    ...row.plan,
    targets: [...targets],
    fallbackOn: [...fallbackOn],
    id: row.id,
    name: row.name,
    title: row.title,
    enabled: row.enabled,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
