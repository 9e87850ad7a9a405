import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAccess } from '../../test/support/access.ts';
import type { SignedIn, TestApp } from '../../test/support/app.ts';
import { type TestClock, testClock } from '../../test/support/clock.ts';
import { SESSION_COOKIE } from './sessions.ts';
import { createSignInLink } from './sign-in-links.ts';
import { ensureAdministrator, ensureLocalAdministrator } from './users.ts';

const EMAIL = 'Kim@Example.com';
const PASSWORD = 'a long enough password';
let server: TestApp;
let clock: TestClock;

beforeAll(async () => {
  clock = testClock();
  server = await testAccess({ clock });
  await ensureAdministrator(server.database, server.deps, { email: EMAIL, password: PASSWORD });
});
afterAll(() => server.close());

const link = async (): Promise<string> =>
  createSignInLink(
    server.database,
    server.deps,
    await ensureLocalAdministrator(server.database, server.deps),
  );
const open = (url: string, headers: Record<string, string> = {}) =>
  server.inject({ url, key: null, headers });
const signIn = (body: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: '/api/v1/session', key: null, payload: body, headers });

function asUser(reply: Awaited<ReturnType<typeof open>>): SignedIn {
  const cookie = reply.cookies.find(({ name }) => name === SESSION_COOKIE)?.value ?? '';
  return { userId: '', email: '', cookie, csrfToken: '' };
}

describe('a sign-in link', () => {
  it('signs the administrator in and leads to the dashboard', async () => {
    const reply = await open(await link());
    expect([reply.statusCode, reply.headers.location]).toEqual([303, '/']);
    expect(reply.headers['cache-control']).toBe('no-store');
    const session = (await server.browse(asUser(reply), { url: '/api/v1/session' })).json();
    expect(session).toMatchObject({
      authMode: 'required',
      user: { email: 'admin@localhost', role: 'admin' },
      version: '0.0.0-test',
    });
    expect(session.csrfToken).toBeTruthy();
    expect(session.projects.map(({ slug }: { slug: string }) => slug)).toEqual([
      'default',
      'other',
    ]);
  });

  it('hands over a cookie that no script can read and no foreign page sends along', async () => {
    const [plain] = (await open(await link())).cookies;
    expect(plain).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(plain?.secure).toBeUndefined();
    const [secure] = (await open(await link(), { 'x-forwarded-proto': 'https' })).cookies;
    expect(secure?.secure).toBe(true);
  });

  it('works once, also when two ask at the same moment', async () => {
    const url = await link();
    const replies = await Promise.all([open(url), open(url)]);
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([303, 410]);
    const again = await open(url);
    expect(again.statusCode).toBe(410);
    expect(again.body).toContain('lqo sign-in');
    expect(again.headers['content-type']).toContain('text/html');
    expect(again.headers['content-security-policy']).toContain("default-src 'none'");
    expect(again.cookies).toEqual([]);
  });

  it('works for 15 minutes', async () => {
    const url = await link();
    clock.pass(15 * 60_000 - 1);
    const late = await link();
    expect((await open(url)).statusCode).toBe(303);
    clock.pass(15 * 60_000);
    expect((await open(late)).statusCode).toBe(410);
  });

  it('is not used up by a look at its head', async () => {
    const url = await link();
    await server.inject({ method: 'HEAD', url, key: null });
    expect((await open(url)).statusCode).toBe(303);
  });

  it('is not stored, nor is the token of a session', async () => {
    const url = await link();
    const token = url.split('=')[1] ?? '';
    const { cookie } = asUser(await open(await link()));
    const stored = await server.database.query<{ row: string }>(
      `select l::text as row from sign_in_links l union all select s::text from sessions s`,
    );
    expect(stored.length).toBeGreaterThan(1);
    for (const { row } of stored) {
      expect(row).not.toContain(token);
      expect(row).not.toContain(cookie);
    }
  });

  it.each(['/sign-in?token=', '/sign-in?token=nonsense', `/sign-in?token=${'x'.repeat(200)}`])(
    'that is wrong (%s) signs nobody in',
    async (url) => {
      const reply = await open(url);
      expect([reply.statusCode, reply.cookies]).toEqual([410, []]);
    },
  );

  it('without a token leads to the dashboard, which asks', async () => {
    const reply = await open('/sign-in');
    expect([reply.statusCode, reply.headers.location, reply.cookies]).toEqual([303, '/', []]);
  });
});

describe('a password', () => {
  it('signs in, whatever the case of the address', async () => {
    for (const email of [EMAIL, 'kim@example.COM', ' kim@example.com ']) {
      const reply = await signIn({ email, password: PASSWORD });
      expect(reply.statusCode).toBe(200);
      expect(reply.json().user.email).toBe('kim@example.com');
      const session = (await server.browse(asUser(reply), { url: '/api/v1/session' })).json();
      expect(session).toEqual(reply.json());
    }
  });

  it('opens a session of its own and ends the one the browser came with', async () => {
    const first = asUser(await signIn({ email: EMAIL, password: PASSWORD }));
    const second = asUser(
      await signIn(
        { email: EMAIL, password: PASSWORD },
        { cookie: `${SESSION_COOKIE}=${first.cookie}` },
      ),
    );
    expect(second.cookie).not.toBe(first.cookie);
    expect((await server.browse(first, { url: '/api/v1/session' })).json().user).toBeNull();
    const fixed = asUser(
      await signIn(
        { email: EMAIL, password: PASSWORD },
        { cookie: `${SESSION_COOKIE}=chosen-by-attacker` },
      ),
    );
    expect(fixed.cookie).not.toBe('chosen-by-attacker');
  });

  it('that is wrong is refused in the same words as a user who does not exist', async () => {
    const bodies = await Promise.all(
      [
        { email: EMAIL, password: 'wrong password!' },
        { email: 'nobody@example.com', password: PASSWORD },
        { email: 'admin@localhost', password: '' },
      ].map(async (body) => {
        const reply = await signIn(body);
        expect(reply.cookies).toEqual([]);
        return [reply.statusCode, reply.json().error.code, reply.json().error.message];
      }),
    );
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]?.[0]).toBe(401);
  });

  it('is tried a limited number of times', async () => {
    clock.pass(3_600_000);
    const guess = (email: string) => signIn({ email, password: 'guess guess guess' });
    for (let n = 0; n < 5; n++) expect((await guess(EMAIL)).statusCode).toBe(401);
    const refused = await guess(EMAIL);
    expect([refused.statusCode, refused.json().error.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).toBe(900);
    expect((await signIn({ email: EMAIL, password: PASSWORD })).statusCode).toBe(429);
    clock.pass(900_000);
    expect((await signIn({ email: EMAIL, password: PASSWORD })).statusCode).toBe(200);
  });

  it.each([
    [{ email: EMAIL }],
    [{ email: EMAIL, password: PASSWORD, role: 'admin' }],
    [{ email: EMAIL, password: 'x'.repeat(1025) }],
    [{ email: ['a'], password: PASSWORD }],
  ])('sent as %j is refused unread', async (body) => {
    expect((await signIn(body)).statusCode).toBe(400);
  });

  it('sent by a foreign page is refused', async () => {
    const reply = await signIn(
      { email: EMAIL, password: PASSWORD },
      { origin: 'http://evil.example' },
    );
    expect([reply.statusCode, reply.json().error.code]).toEqual([403, 'forbidden_host']);
  });
});

describe('a session', () => {
  it('is told to nobody who has none', async () => {
    for (const headers of [{}, { cookie: `${SESSION_COOKIE}=forged` }]) {
      const reply = await server.inject({ url: '/api/v1/session', key: null, headers });
      expect(reply.json()).toEqual({
        authMode: 'required',
        user: null,
        csrfToken: null,
        projects: [],
        version: '0.0.0-test',
      });
    }
  });

  it('ends by signing out, which needs the CSRF token', async () => {
    const user = await server.signIn('viewer');
    const out = { method: 'DELETE', url: '/api/v1/session' } as const;
    expect((await server.browse({ ...user, csrfToken: 'x' }, out)).statusCode).toBe(403);
    const reply = await server.browse(user, out);
    expect([reply.statusCode, reply.body]).toEqual([204, '']);
    expect(reply.cookies[0]).toMatchObject({ name: SESSION_COOKIE, value: '' });
    expect((await server.browse(user, { url: '/api/v1/session' })).json().user).toBeNull();
    expect((await server.browse(user, { url: '/api/v1/projects' })).statusCode).toBe(401);
  });

  it('leaves its beginning and end in the audit log', async () => {
    const rows = await server.database.query<{ actor: string; action: string }>(
      `select actor, action from audit_log where action like 'session.%'`,
    );
    expect(rows).toContainEqual({ actor: 'user:admin@localhost', action: 'session.begin' });
    expect(rows.some(({ action }) => action === 'session.end')).toBe(true);
  });
});
