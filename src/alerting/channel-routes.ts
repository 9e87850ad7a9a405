import { z } from 'zod';
import {
  Channel,
  ChannelChange,
  ChannelPage,
  ChannelTested,
  NewChannel,
} from '../contract/channels.ts';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import {
  addChannel,
  type ChannelDeps,
  changeChannel,
  listChannels,
  readChannel,
  removeChannel,
} from './notify/manage-channels.ts';
import type { SendThrough } from './notify/send-through.ts';
import { testChannel } from './notify/test-channel.ts';

const tags = ['channels'];
const One = z.object({ id: Id });
const ListQuery = PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() });

export type ChannelRouteDeps = ChannelDeps & { readonly send: SendThrough };

/** Channels of a project: list, one, add, change, remove, and a test message. */
export function channelRoutes(app: App, deps: ChannelRouteDeps): void {
  reads(app, deps);
  changes(app, deps);
  app.post(
    '/api/v1/channels/:id/test',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: ChannelTested },
        tags,
        summary: 'Send a test message at once and tell what the receiver said.',
      },
    },
    ({ auth: { projectId, actor }, params: { id } }) => testChannel(deps, { projectId, actor, id }),
  );
}

function reads(app: App, deps: ChannelRouteDeps): void {
  app.get(
    '/api/v1/channels',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ListQuery,
        response: { 200: ChannelPage },
        tags,
        summary: 'The channels of a project in the order they were made, with what they delivered.',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const of = { projectId, after: cursor ?? null, limit: limit + 1 };
      const found = await listChannels(deps, of);
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/channels/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Channel },
        tags,
        summary: 'One channel; secret options are shown as true.',
      },
    },
    ({ auth: { projectId }, params: { id } }) => readChannel(deps, { projectId, id }),
  );
}

function changes(app: App, deps: ChannelRouteDeps): void {
  app.post(
    '/api/v1/channels',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewChannel,
        response: { 201: Channel },
        tags,
        summary: 'Add a channel; its options by kind are in the catalog.',
      },
    },
    async ({ auth: { projectId, actor }, body }, reply) =>
      reply.code(201).send(await addChannel(deps, { projectId, actor }, body)),
  );
  app.patch(
    '/api/v1/channels/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: ChannelChange,
        response: { 200: Channel },
        tags,
        summary: 'Change a channel; secrets that are left out stay.',
      },
    },
    ({ auth: { projectId, actor }, params: { id }, body }) =>
      changeChannel(deps, { projectId, actor, id }, body),
  );
  app.delete(
    '/api/v1/channels/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a channel with its messages.',
      },
    },
    async ({ auth: { projectId, actor }, params: { id } }, reply) => {
      await removeChannel(deps, { projectId, actor, id });
      return reply.code(204).send(null);
    },
  );
}
