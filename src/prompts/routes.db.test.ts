import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { readPrompts } from './prompt-snapshot.ts';
import { promptRoutes } from './routes.ts';

let server: TestApp;
const deeds: string[] = [];
const users: string[] = [];

beforeAll(async () => {
  server = await testApp({
    routes: (app, deps) =>
      promptRoutes(app, {
        ...deps,
        recordDeed: async (_tx, { action, target }) => {
          deeds.push(`${action} ${target}`);
        },
        usersOf: async () => users,
      }),
  });
});
afterAll(() => server.close());

const url = '/api/v1/prompts';
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const call = async (method: Method, path: string, ...rest: [payload?: object, key?: string]) => {
  const [payload, key] = rest;
  const reply = await server.inject({
    method,
    url: `${url}${path}`,
    ...(payload === undefined ? {} : { payload }),
    ...(key === undefined ? {} : { key }),
  });
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() };
};
const chat = (template: string): object => ({ messages: [{ role: 'system', template }] });

describe('prompts: happy', () => {
  it('are registered, versioned, labelled and listed', async () => {
    const created = await call('POST', '', {
      name: 'support',
      ...chat('Hi {{name}}'),
      labels: ['staging'],
    });
    expect(created).toEqual({
      status: 201,
      body: {
        name: 'support',
        description: '',
        latestVersion: 1,
        labels: { staging: 1 },
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    });
    const second = await call('POST', '/support/versions', {
      text: 'Hello {{name}}',
      parameters: { temperature: 0.2 },
      note: 'shorter',
      labels: ['production'],
    });
    expect(second).toMatchObject({
      status: 201,
      body: {
        version: 2,
        text: 'Hello {{name}}',
        messages: null,
        variables: ['name'],
        note: 'shorter',
        createdBy: expect.stringMatching(/^key:/),
      },
    });
    expect((await call('PUT', '/support/labels/staging', { version: 2 })).body.labels).toEqual({
      production: 2,
      staging: 2,
    });
    expect((await call('PUT', '/support/labels/production', { version: 1 })).status).toBe(200);
    expect((await call('DELETE', '/support/labels/staging')).status).toBe(204);
    expect((await call('PATCH', '/support', { description: 'For customers' })).body).toMatchObject({
      description: 'For customers',
      labels: { production: 1 },
    });
    await call('POST', '', { name: 'another', text: 'x' });
    const page = (await call('GET', '?limit=1')).body;
    expect(page.items.map(({ name }: { name: string }) => name)).toEqual(['another']);
    expect((await call('GET', `?limit=1&cursor=${page.nextCursor}`)).body.items[0].name).toBe(
      'support',
    );
    expect(deeds).toEqual([
      'prompt.created support',
      'prompt.version_added support',
      'prompt.label_moved support',
      'prompt.label_moved support',
      'prompt.label_removed support',
      'prompt.described support',
      'prompt.created another',
    ]);
  });

  it('show versions by number, label and latest, newest first', async () => {
    const versions = (await call('GET', '/support/versions?limit=1')).body;
    expect(versions).toMatchObject({ items: [{ version: 2 }], nextCursor: '2' });
    expect((await call('GET', '/support/versions?cursor=2')).body.items).toMatchObject([
      { version: 1 },
    ]);
    expect((await call('GET', '/support/versions/latest')).body.version).toBe(2);
    expect((await call('GET', '/support/versions/production')).body.version).toBe(1);
    expect((await call('GET', '/support/versions/2')).body.parameters).toEqual({
      temperature: 0.2,
    });
  });

  it('are rendered and compared', async () => {
    const rendered = await call('POST', '/support/render', { variables: { name: '{{name}} $&' } });
    expect(rendered.body).toEqual({
      name: 'support',
      version: 1,
      messages: [{ role: 'system', content: 'Hi {{name}} $&' }],
      text: null,
      parameters: {},
    });
    const second = await call('POST', '/support/render', { version: 2, variables: { name: 'K' } });
    expect(second.body).toMatchObject({
      version: 2,
      text: 'Hello K',
      parameters: { temperature: 0.2 },
    });
    expect((await call('GET', '/support/diff?from=1&to=latest')).body).toMatchObject({
      from: 1,
      to: 2,
      parameters: [{ name: 'temperature', from: null, to: '0.2' }],
    });
  });

  it('reach the gateway as plain data', async () => {
    const [prompt] = (await readPrompts(server.database)).filter(({ name }) => name === 'support');
    expect(prompt).toMatchObject({
      projectId: server.a.id,
      latestVersion: 2,
      labels: { production: 1 },
    });
    expect(prompt?.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(structuredClone(prompt)).toEqual(prompt);
  });

  it('give two versions that are added at once two numbers', async () => {
    const added = await Promise.all(
      [1, 2, 3].map((n) => call('POST', '/another/versions', { text: `n ${n}` })),
    );
    expect(added.map(({ body }) => body.version).sort()).toEqual([2, 3, 4]);
  });
});

describe('prompts: error', () => {
  it('refuses what is not a prompt', async () => {
    const refused: object[] = [
      { name: 'p' },
      { name: 'p', text: 'x', messages: [{ role: 'user', template: 'x' }] },
      { name: 'a@b', text: 'x' },
      { name: 'p', text: 'x', labels: ['1'] },
      { name: 'p', text: 'x', labels: ['latest'] },
      { name: 'p', messages: [{ role: 'tool', template: 'x' }] },
      { name: 'p', text: 'x', parameters: { temprature: 1 } },
      { name: 'p', text: 'x', more: 1 },
    ];
    for (const payload of refused) expect((await call('POST', '', payload)).status).toBe(400);
  });

  it('names missing and unknown variables', async () => {
    expect(await call('POST', '/support/render', { variables: { nme: 'x' } })).toMatchObject({
      status: 400,
      body: {
        error: { code: 'invalid_request', details: { missing: ['name'], unknown: ['nme'] } },
      },
    });
  });

  it('finds nothing where there is nothing', async () => {
    for (const path of [
      '/nobody',
      '/nobody/versions',
      '/nobody/versions/1',
      '/support/versions/99',
      '/support/versions/none',
    ]) {
      expect((await call('GET', path)).status).toBe(404);
    }
    expect((await call('PUT', '/support/labels/x', { version: 99 })).status).toBe(404);
    expect((await call('DELETE', '/support/labels/none')).status).toBe(404);
    expect((await call('POST', '/nobody/versions', { text: 'x' })).status).toBe(404);
  });

  it('refuses a name that is taken', async () => {
    expect((await call('POST', '', { name: 'support', text: 'x' })).status).toBe(409);
  });

  it('never changes a version, not even by hand', async () => {
    const change = server.database.query(`update prompt_versions set text = 'other'`);
    await expect(change).rejects.toThrow(/never changed/);
  });

  it('keeps a prompt that experiments need', async () => {
    users.push('Which greeting?');
    expect(await call('DELETE', '/support')).toMatchObject({
      status: 409,
      body: { error: { details: { experiments: ['Which greeting?'] } } },
    });
    users.length = 0;
    await call('POST', '', { name: 'gone', text: 'x' });
    expect((await call('DELETE', '/gone')).status).toBe(204);
    expect((await call('GET', '/gone')).status).toBe(404);
  });
});

describe('prompts: security', () => {
  it('keeps projects apart', async () => {
    const { key } = server.b;
    expect((await call('GET', '', undefined, key)).body.items).toEqual([]);
    for (const path of [
      '/support',
      '/support/versions',
      '/support/versions/1',
      '/support/diff?from=1&to=2',
    ]) {
      expect((await call('GET', path, undefined, key)).status).toBe(404);
    }
    expect((await call('POST', '/support/render', {}, key)).status).toBe(404);
    expect((await call('DELETE', '/support', undefined, key)).status).toBe(404);
    // The same name is free in another project.
    expect((await call('POST', '', { name: 'support', text: 'theirs' }, key)).status).toBe(201);
    expect((await call('GET', '/support')).body.latestVersion).toBe(2);
  });

  it('lets only administrators change them', async () => {
    const reader = await server.key(server.a.id, ['read', 'gateway', 'ingest']);
    expect((await call('POST', '', { name: 'p', text: 'x' }, reader)).status).toBe(403);
    expect((await call('POST', '/support/versions', { text: 'x' }, reader)).status).toBe(403);
    expect((await call('PUT', '/support/labels/x', { version: 1 }, reader)).status).toBe(403);
    expect((await call('DELETE', '/support', undefined, reader)).status).toBe(403);
    expect(
      (await call('POST', '/support/render', { variables: { name: 'K' } }, reader)).status,
    ).toBe(200);
  });
});
