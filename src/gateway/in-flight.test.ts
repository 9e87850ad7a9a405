import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InFlight, type Ongoing } from './in-flight.ts';

const clock = { now: (): number => 0, monotonic: (): number => 0 };

describe('given calls that come and go in any order', () => {
  it('ends exactly those that are left, and takes an end told twice for one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 60 }), async (turns) => {
        const inFlight = new InFlight();
        const under = new Map<number, Ongoing>();
        const ended: number[] = [];
        for (const name of turns) {
          const known = under.get(name);
          if (known === undefined) {
            const call: Ongoing = {
              slot: 0,
              shutDown(): void {
                ended.push(name);
                inFlight.remove(call);
              },
            };
            under.set(name, call);
            inFlight.add(call);
          } else {
            under.delete(name);
            inFlight.remove(known);
            inFlight.remove(known);
          }
          expect(inFlight.size).toBe(under.size);
        }
        await inFlight.drain(1, clock);
        expect(new Set(ended)).toEqual(new Set(under.keys()));
        expect(ended).toHaveLength(under.size);
        expect(inFlight.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
