import { describe, expect, it } from 'vitest';
import { NewRoute, type Route } from '../../../../contract/routing.ts';
import { draftOfNew, draftOfRoute, newTarget, routeOf, shareOf } from './route-draft.ts';

describe('the draft of a new route', () => {
  it('has what the server takes when nothing is said', () => {
    const draft = { ...draftOfNew('demo'), name: ' chat ' };
    const defaults = NewRoute.parse({ name: 'chat', targets: [{ providerId: 'demo' }] });
    expect(routeOf(draft)).toEqual({ ...defaults, title: 'chat' });
  });

  it('gives each target a key of its own', () => {
    const keys = [newTarget('a'), newTarget('a'), newTarget('a', 1)].map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
  });
});

describe('the draft of a stored route', () => {
  it('says the same as the route when nothing is changed', () => {
    const route: Route = {
      ...NewRoute.parse({ name: 'chat', targets: [{ providerId: 'demo', weight: 3 }] }),
      title: 'chat',
      id: '018f3f6e-0000-7000-8000-000000000001',
      createdAt: '2026-11-21T12:00:00.000Z',
      updatedAt: '2026-11-21T12:00:00.000Z',
    };
    const { id: _id, createdAt: _created, updatedAt: _updated, ...same } = route;
    expect(routeOf(draftOfRoute(route))).toEqual(same);
  });
});

describe('the share of a target', () => {
  const target = (weight: number, priority = 0) => ({
    ...newTarget('demo', priority).target,
    weight,
  });

  it('is its part of the weights of its tier', () => {
    const all = [target(3), target(1), target(5, 1)];
    expect(all.map((one) => shareOf(one, all))).toEqual([0.75, 0.25, 1]);
  });

  it('is not known where the tier has no weight', () => {
    const all = [target(0), target(0)];
    expect(all.map((one) => shareOf(one, all))).toEqual([null, null]);
  });
});
