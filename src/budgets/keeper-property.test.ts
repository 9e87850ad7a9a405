import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { billOf, budgetBench, question, rule } from '../../test/support/budgets.ts';
import type { BudgetCharge } from '../interactions/record.ts';
import type { Reservation } from './reserve.ts';

const { bench, closeAll } = budgetBench();
afterEach(closeAll);

/** What may happen, in any order. */
type Step =
  | { readonly kind: 'call'; readonly keeper: number; readonly estimate: number }
  | {
      readonly kind: 'settle';
      readonly at: number;
      readonly share: number;
      readonly known: boolean;
    }
  | { readonly kind: 'book'; readonly at: number }
  | { readonly kind: 'tick' | 'die'; readonly keeper: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      keeper: fc.nat(3),
      estimate: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      at: fc.nat(50),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      known: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('book' as const), at: fc.nat(50) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('tick' as const, 'die' as const),
      keeper: fc.nat(3),
    }),
  },
);

describe('whatever happens', () => {
  it('never accepts more than the limit, loses nothing and books nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1000 }),
        fc.array(step, { maxLength: 150, size: 'max' }),
        async (limitMicroUsd, steps) => {
          const { authority, clock, keeper } = bench(rule({ limitMicroUsd }));
          const alive = [0, 1, 2, 3].map((n) => ({ name: `k${n}`, keeper: keeper(`k${n}`) }));
          let deaths = 0;
          const open: {
            name: string;
            estimate: number;
            reservation: Extract<Reservation, { granted: true }>;
          }[] = [];
          const spooled: { charges: readonly BudgetCharge[]; cost: number }[] = [];
          let owed = 0;
          const act: Record<Step['kind'], (one: never) => Promise<void>> = {
            call: async ({ keeper: n, estimate }: Extract<Step, { kind: 'call' }>) => {
              const { name, keeper: asked } = alive[n] ?? { name: '', keeper: keeper('x') };
              const reservation = await asked.reserve(question(estimate));
              if (reservation.granted) open.push({ name, estimate, reservation });
            },
            settle: async ({ at, share, known }: Extract<Step, { kind: 'settle' }>) => {
              const [call] = open.splice(at % Math.max(1, open.length), 1);
              if (call === undefined) return;
              const cost = Math.floor(call.estimate * share);
              const charges = call.reservation.settle(billOf(known ? cost : null));
              owed += cost;
              spooled.push({ charges, cost });
            },
            book: async ({ at }: Extract<Step, { kind: 'book' }>) => {
              const [call] = spooled.splice(at % Math.max(1, spooled.length), 1);
              if (call !== undefined) authority.book(call.charges, call.cost);
            },
            tick: async ({ keeper: n }: Extract<Step, { kind: 'tick' }>) => {
              clock.pass(1000);
              await alive[n]?.keeper.tick();
            },
            die: async ({ keeper: n }: Extract<Step, { kind: 'die' }>) => {
              const name = alive[n]?.name ?? '';
              // Its calls end with it; what it spooled is loaded before its leases end.
              for (const call of open.filter((one) => one.name === name))
                open.splice(open.indexOf(call), 1);
              for (const call of spooled.splice(0)) authority.book(call.charges, call.cost);
              authority.bury(name);
              deaths += 1;
              alive[n] = { name: `r${deaths}`, keeper: keeper(`r${deaths}`) };
            },
          };
          for (const one of steps) {
            await act[one.kind](one as never);
            const inFlight = open.reduce((sum, { estimate }) => sum + estimate, 0);
            expect(owed + inFlight).toBeLessThanOrEqual(limitMicroUsd);
            expect(authority.spent + authority.leased).toBeLessThanOrEqual(limitMicroUsd);
          }
          for (const call of spooled.splice(0)) authority.book(call.charges, call.cost);
          expect(authority.spent).toBe(owed);
          for (const { reservation, estimate } of open.splice(0)) {
            authority.book(reservation.settle(billOf(estimate)), estimate);
            owed += estimate;
          }
          await Promise.all(alive.map((one) => one.keeper.close()));
          expect(authority.leased).toBe(0);
          expect(authority.spent).toBe(owed);
        },
      ),
      { numRuns: 150 },
    );
  });
});
