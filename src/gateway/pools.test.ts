import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { targetAt } from '../../test/support/planned-router.ts';
import { guardedLookup } from '../routing/guard-address.ts';
import type { UpstreamProvider } from '../routing/router.ts';
import type { AnswerSink } from './attempt.ts';
import type { AnswerSource } from './caller.ts';
import { Pools, type PoolsOptions } from './pools.ts';
import type { PreparedRequest } from './prepare-request.ts';

const REQUEST: PreparedRequest = {
  method: 'POST',
  path: '/v1/x',
  headers: [],
  body: Buffer.from('{}'),
  translation: null,
  hideUsage: false,
  holds: false,
  listStream: false,
};

/** What came of one request. */
class Heard implements AnswerSink {
  status: number | null = null;
  body = '';
  error: Error | null = null;
  source: AnswerSource | null = null;
  readonly #done = Promise.withResolvers<void>();
  readonly over: Promise<void> = this.#done.promise;

  connected(source: AnswerSource): boolean {
    this.source = source;
    return true;
  }

  head(status: number): void {
    this.status = status;
  }

  data(chunk: Buffer): void {
    this.body += chunk.toString();
  }

  end(): void {
    this.#done.resolve();
  }

  broke(error: Error): void {
    this.error = error;
    this.#done.resolve();
  }
}

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function pools(options: Partial<PoolsOptions> = {}): Pools {
  const made = new Pools({
    connections: 2,
    connectTimeoutMs: 2000,
    guardedLookup: null,
    ...options,
  });
  opened.push(made);
  return made;
}

async function serve(
  answer: Parameters<typeof createServer>[1],
): Promise<{ server: Server; url: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function send(to: Pools, provider: UpstreamProvider): Heard {
  const heard = new Heard();
  to.send(provider, REQUEST, heard);
  return heard;
}

describe('given connections', () => {
  it('shares them between equal providers and parts those with another credential', async () => {
    const { url } = await serve((_request, response) => response.end('ok'));
    const made = pools();
    const provider = targetAt(url).provider;
    const other = { ...provider, credentialHeaders: { authorization: 'Bearer other' } };
    for (const one of [provider, { ...provider }, other]) {
      const heard = send(made, one);
      await heard.over;
      expect(heard).toMatchObject({ status: 200, body: 'ok' });
    }
    expect(made.size).toBe(2);
  });

  it('lets as many wait as it serves, and refuses more at once and in words', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { url } = await serve((_request, response) => void gate.then(() => response.end('ok')));
    const made = pools();
    const provider = targetAt(url).provider;
    const calls = Array.from({ length: 5 }, () => send(made, provider));
    await calls[4]?.over;
    expect(calls[4]?.error).toMatchObject({
      code: 'no_target_available',
      message: expect.stringContaining('UPSTREAM_CONNECTIONS'),
    });
    release();
    await Promise.all(calls.map(({ over }) => over));
    expect(calls.slice(0, 4).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const after = send(made, provider);
    await after.over;
    expect(after.status).toBe(200);
  });

  it('follows no redirect', async () => {
    const seen: string[] = [];
    const { url } = await serve((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const heard = send(pools(), targetAt(url).provider);
    await heard.over;
    expect(heard.status).toBe(307);
    expect(seen).toEqual(['/v1/x']);
  });

  it('closes the socket of a provider that talks on after it was stopped', async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      const talking = setInterval(() => response.write('more '), 5);
      request.socket.once('close', () => {
        clearInterval(talking);
        closed.resolve();
      });
    });
    const heard = send(pools(), targetAt(url).provider);
    await expect.poll(() => heard.body.length).toBeGreaterThan(0);
    heard.source?.abort(new Error('enough'));
    await closed.promise;
    await heard.over;
    expect(heard.error).not.toBeNull();
  });
});

describe('given a guard of addresses', () => {
  it.each(['http://169.254.169.254', 'http://[fe80::1]', 'http://0.0.0.0:1'])(
    'calls no literal address that is forbidden (%s)',
    async (url) => {
      const heard = send(pools({ guardedLookup }), targetAt(url).provider);
      await heard.over;
      expect(heard.error).toMatchObject({ code: 'forbidden_address' });
    },
  );

  it('calls the very address that was checked', async () => {
    const { url } = await serve((_request, response) => response.end('ok'));
    const { port } = new URL(url);
    const asked: string[] = [];
    const lookup: LookupFunction = (host, options, done) => {
      asked.push(host);
      if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(null, '127.0.0.1', 4);
    };
    const made = pools({ guardedLookup: () => lookup });
    const heard = send(made, targetAt(`http://provider.invalid:${port}`).provider);
    await heard.over;
    expect(heard).toMatchObject({ status: 200, body: 'ok' });
    expect(asked).toEqual(['provider.invalid']);
  });
});
