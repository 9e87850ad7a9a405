import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardedLookup, type ResolveAll } from './guard-address.ts';

let server: Server;
let port: number;
let reached = 0;

beforeAll(async () => {
  server = createServer((_request, reply) => {
    reached += 1;
    reply.end('here');
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  // A listening TCP server has an address of this kind.
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

/** What a connection to this name leads to, when it resolves to these addresses. */
async function visit(...addresses: string[]): Promise<unknown> {
  const resolve: ResolveAll = (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  const agent = new Agent({
    connect: { lookup: guardedLookup({ allowLinkLocal: false }, resolve) },
  });
  try {
    const { body } = await request(`http://llm.example.com:${port}/`, { dispatcher: agent });
    return await body.text();
  } catch (error) {
    return error;
  } finally {
    await agent.destroy();
  }
}

describe('a connection with the guarded look-up', () => {
  it('goes where the name leads when that is allowed', async () => {
    expect(await visit('127.0.0.1')).toBe('here');
    expect(await visit('::1', '127.0.0.1')).toBe('here');
  });

  it('is never made when the name leads to link-local, also by one address among several', async () => {
    reached = 0;
    for (const addresses of [
      ['169.254.169.254'],
      ['127.0.0.1', 'fe80::1'],
      ['::ffff:169.254.0.1'],
    ]) {
      expect(await visit(...addresses)).toMatchObject({ code: 'forbidden_address' });
    }
    expect(reached).toBe(0);
  });
});
