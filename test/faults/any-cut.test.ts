import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER } from './answer-text.ts';
import { DIALECT_CALLERS, type Json } from './dialect-callers.ts';
import { type FaultGateway, providerEntry, startFaultGateway } from './fault-gateway.ts';
import { streamEvents } from './good-answer.ts';

const STREAM = Buffer.from(streamEvents('any').join(''));

/** Where and how the provider breaks off, and how the network cut what came before. */
interface Break {
  readonly afterBytes: number;
  readonly pieceBytes: number;
  /** Ends in good order all the same. */
  readonly politely: boolean;
}

describe('given a stream that ends anywhere', () => {
  let provider: Server;
  let gateway: FaultGateway;
  let now: Break = { afterBytes: 0, pieceBytes: 1000, politely: false };

  beforeAll(async () => {
    provider = createServer((request, response) => {
      const { afterBytes, pieceBytes, politely } = now;
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const write = (at: number): void => {
        if (at < afterBytes) {
          response.write(STREAM.subarray(at, Math.min(afterBytes, at + pieceBytes)));
          setImmediate(() => write(at + pieceBytes));
        } else if (politely) response.end();
        else setImmediate(() => response.socket?.destroy());
      };
      write(0);
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo;
    gateway = await startFaultGateway({
      providers: [
        providerEntry({ id: 'p', baseUrl: `http://127.0.0.1:${port}/v1`, isDefault: true }),
      ],
      routes: [],
    });
  });

  afterAll(async () => {
    await gateway.close();
    provider.closeAllConnections();
    provider.close();
  });

  const breaks: fc.Arbitrary<Break> = fc.record({
    afterBytes: fc.oneof(
      { arbitrary: fc.integer({ min: 0, max: STREAM.length }), weight: 3 },
      fc.integer({ min: STREAM.length - 600, max: STREAM.length }),
    ),
    pieceBytes: fc.integer({ min: 40, max: 4000 }),
    politely: fc.boolean(),
  });

  it.each(DIALECT_CALLERS)('$name never hears a part as the whole', async (caller) => {
    await fc.assert(
      fc.asyncProperty(breaks, async (given) => {
        now = given;
        const bearer = caller.keyHeader === 'authorization' ? 'Bearer ' : '';
        const response = await fetch(gateway.url + caller.path('any', true), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [caller.keyHeader]: `${bearer}${gateway.key}`,
          },
          body: JSON.stringify(caller.body('any', true)),
        });
        const text = await response.text();
        if (response.status !== 200) {
          expect(caller.error(JSON.parse(text) as Json)).toBeTruthy();
          return;
        }
        const events = caller.events(text);
        const words = events.map(caller.words).join('');
        expect(ANSWER.startsWith(words)).toBe(true);
        const told = events.map(caller.error).some((error) => error !== undefined);
        // A last event, or the answer up to its reason to stop with a clean end.
        if (!told) expect(words).toBe(ANSWER);
        if (told) expect(events.some(caller.isEnd)).toBe(false);
      }),
      { numRuns: 60 },
    );
    expect(gateway.inFlight.size).toBe(0);
  });
});
