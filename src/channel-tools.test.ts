import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canSignCertificates } from '../test/faults/impostor.ts';
import { lowQualityMessage, messageSetting } from '../test/support/messages.ts';
import { createChannelTools } from './channel-tools.ts';
import { channelOf } from './channels/index.ts';
import { systemClock } from './core/clock.ts';

/** A certificate of an authority that nobody knows, for localhost. */
function ownCertificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-smtp-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
        ...['-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface GotMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | null;
  readonly raw: string;
}

let certificate: { readonly key: string; readonly cert: string };
const running: SMTPServer[] = [];
beforeAll(() => {
  if (canSignCertificates()) certificate = ownCertificate();
});
afterEach(async () => {
  for (const server of running.splice(0)) {
    await new Promise<void>((done) => server.close(() => done()));
  }
});

/** A mail server, and what it got. */
async function mailServer(options: SMTPServerOptions = {}) {
  const got: GotMail[] = [];
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'lqo' && password === 'right'
        ? done(null, { user: username })
        : done(new Error('Invalid username or password')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        got.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user ?? null,
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  return { got, port: (server.server.address() as AddressInfo).port };
}

const send = (options: object, { trusts = true } = {}): Promise<void> =>
  channelOf('email').send(
    lowQualityMessage({ comment: '한국어 <b>bold</b> 日本語 🚨' }),
    {
      host: 'localhost',
      from: 'lqo@example.com',
      to: ['a@example.com', 'b@example.com'],
      ...options,
    },
    {
      setting: messageSetting({ language: 'ko' }),
      tools: createChannelTools({
        clock: systemClock,
        rules: { allowLinkLocal: false },
        ...(trusts ? { extraCa: certificate.cert } : {}),
      }),
    },
  );

describe.skipIf(!canSignCertificates())('a mail (skipped without openssl)', () => {
  it.each([
    ['starttls', {}],
    ['tls', { secure: true }],
    ['none', { disabledCommands: ['STARTTLS'] }],
  ] as const)(
    'arrives by %s, in text and HTML, with its own characters',
    async (security, server) => {
      const { got, port } = await mailServer({ ...server } as SMTPServerOptions);
      const user = security === 'none' ? {} : { user: 'lqo', password: 'right' };
      await send({ port, security, ...user });
      expect(got).toMatchObject([
        {
          from: 'lqo@example.com',
          to: ['a@example.com', 'b@example.com'],
          secure: security !== 'none',
          user: security === 'none' ? null : 'lqo',
        },
      ]);
      const mail = await PostalMime.parse(got[0]?.raw ?? '');
      expect(mail.subject).toBe('🚨 저품질 알림: 점수 2/5');
      expect(mail.messageId).toBe(`<${messageSetting().messageId}@example.com>`);
      expect(mail.to?.map(({ address }) => address)).toEqual(['a@example.com', 'b@example.com']);
      expect(mail.text).toContain('한국어 <b>bold</b> 日本語 🚨');
      expect(mail.html).toContain('한국어 &lt;b&gt;bold&lt;/b&gt; 日本語 🚨');
      expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe(
        'auto-generated',
      );
    },
  );

  it('does not leave without the encryption that was asked for', async () => {
    const { got, port } = await mailServer({ disabledCommands: ['STARTTLS'] });
    await expect(send({ port, security: 'starttls' })).rejects.toMatchObject({
      name: 'ChannelError',
      retryable: false,
    });
    expect(got).toEqual([]);
  });

  it('does not leave for a server whose certificate nobody vouches for', async () => {
    const { got, port } = await mailServer({ secure: true });
    await expect(send({ port, security: 'tls' }, { trusts: false })).rejects.toMatchObject({
      name: 'ChannelError',
    });
    expect(got).toEqual([]);
  });

  it('is given up for a wrong password and for recipients that the server does not know', async () => {
    const { port } = await mailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('No such user'), { responseCode: 550 })),
    });
    const wrong = send({ port, user: 'lqo', password: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ name: 'ChannelError', retryable: false });
    await expect(send({ port })).rejects.toMatchObject({ name: 'ChannelError', retryable: false });
  });

  it('is tried again when the server is busy or away', async () => {
    const { port } = await mailServer({
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error('Try later'), { responseCode: 451 })),
    });
    await expect(send({ port })).rejects.toMatchObject({ name: 'ChannelError', retryable: true });
    const gone = await mailServer();
    for (const server of running.splice(0)) {
      await new Promise<void>((done) => server.close(() => done()));
    }
    await expect(send({ port: gone.port })).rejects.toMatchObject({ retryable: true });
  });

  it('goes to no link-local address', async () => {
    for (const host of ['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254']) {
      await expect(send({ host, port: 25 })).rejects.toMatchObject({
        name: 'ChannelError',
        retryable: false,
        message: expect.stringContaining('must not send'),
      });
    }
  });
});

describe('a post', () => {
  let server: Server;
  let url = '';
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, reply) => {
      asked.push(request.url ?? '');
      if (request.url === '/silent') return;
      if (request.url === '/redirect') {
        reply.writeHead(302, { location: `${url}/elsewhere` }).end();
        return;
      }
      reply.writeHead(200, { 'Retry-After': '3' }).end('x'.repeat(100_000));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const tools = createChannelTools({ clock: systemClock, rules: { allowLinkLocal: false } });
  const post = (to: string, timeoutMs = 5_000) =>
    tools.post({ url: to, headers: {}, body: '{}', timeoutMs });

  it('answers status, headers and the first kilobytes', async () => {
    const reply = await post(`${url}/hook?sig=1`);
    expect(reply.status).toBe(200);
    expect(reply.headers['retry-after']).toBe('3');
    expect(reply.body).toHaveLength(4_096);
    expect(asked).toContain('/hook?sig=1');
  });

  it('follows no redirect', async () => {
    expect((await post(`${url}/redirect`)).status).toBe(302);
    expect(asked).not.toContain('/elsewhere');
  });

  it('is tried again where nobody answers', async () => {
    const silent = post(`${url}/silent`, 200);
    await expect(silent).rejects.toMatchObject({ name: 'ChannelError', retryable: true });
    const nobody = post('http://127.0.0.1:9/');
    await expect(nobody).rejects.toMatchObject({ name: 'ChannelError', retryable: true });
  });

  it('goes to no metadata service', async () => {
    for (const to of [
      'http://169.254.169.254/',
      'http://[fe80::1]/',
      'http://metadata.google.internal/',
    ]) {
      await expect(post(to)).rejects.toMatchObject({ name: 'ChannelError', retryable: false });
    }
  });
});
