import type { z } from 'zod';
import { NewRoute, type Route, type RouteTarget } from '../../../../contract/routing.ts';

/** A target in the form; `key` stays the same while it is edited and moved. */
export interface TargetDraft {
  readonly key: number;
  readonly target: RouteTarget;
}

/** What the form holds. */
export interface RouteDraft extends Omit<z.output<typeof NewRoute>, 'targets' | 'title'> {
  readonly title: string;
  readonly targets: readonly TargetDraft[];
}

let lastKey = 0;

/** A target with the usual settings; `before` is the one it stands behind. */
export function newTarget(providerId: string, priority = 0): TargetDraft {
  const parsed = NewRoute.shape.targets.element.parse({ providerId, priority });
  lastKey += 1;
  return { key: lastKey, target: parsed };
}

/** The form for a new route, with the defaults of the server. */
export function draftOfNew(providerId: string): RouteDraft {
  const parsed = NewRoute.parse({ name: 'new', targets: [{ providerId }] });
  return { ...parsed, name: '', title: '', targets: [newTarget(providerId)] };
}

/** The form for a stored route. */
export function draftOfRoute(route: Route): RouteDraft {
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, targets, ...rest } = route;
  return {
    ...rest,
    title: route.title === route.name ? '' : route.title,
    targets: targets.map((target) => {
      lastKey += 1;
      return { key: lastKey, target };
    }),
  };
}

/** The draft as the server takes it: all of the route. */
export function routeOf(draft: RouteDraft): z.output<typeof NewRoute> & { title: string } {
  const name = draft.name.trim();
  const title = draft.title.trim();
  return {
    ...draft,
    name,
    title: title === '' ? name : title,
    targets: draft.targets.map(({ target }) => target),
  };
}

/** The share of calls that a target gets among those of its tier; null when the tier has no weight at all. */
export function shareOf(target: RouteTarget, all: readonly RouteTarget[]): number | null {
  const tier = all.filter(({ priority }) => priority === target.priority);
  const sum = tier.reduce((total, { weight }) => total + weight, 0);
  return sum === 0 ? null : target.weight / sum;
}
