import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postOutside } from './post-outside.ts';

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (request.url === '/moved') {
        response.writeHead(302, { location: 'http://169.254.169.254/' });
        response.end();
      } else if (request.url === '/text') response.end('no json, but a secret');
      else response.end(JSON.stringify({ asked: JSON.parse(body) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => server.close());

describe('a call to an address that a user named', () => {
  it('posts JSON and answers JSON', async () => {
    expect(await postOutside(`${base}/find`, { query: 'q', k: 3 })).toEqual({
      asked: { query: 'q', k: 3 },
    });
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://metadata.google.internal/',
    'http://[fe80::1]/',
    'http://0xa9fea9fe/',
  ])('never goes to %s', async (address) => {
    await expect(postOutside(address, {})).rejects.toMatchObject({ code: 'forbidden_address' });
  });

  it.each(['file:///etc/passwd', 'http://user:word@127.0.0.1/', 'nonsense'])(
    'refuses %s as an address',
    async (address) => {
      await expect(postOutside(address, {})).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  it('follows no redirect and tells nothing of what is no JSON', async () => {
    await expect(postOutside(`${base}/moved`, {})).rejects.toThrow(/answered 302/);
    const failed = postOutside(`${base}/text`, {});
    await expect(failed).rejects.toMatchObject({ code: 'upstream_unreachable' });
    await expect(failed).rejects.not.toThrow(/secret/);
  });
});
