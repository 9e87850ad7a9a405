import { z } from 'zod';
import {
  Alert,
  AlertDetail,
  AlertNote,
  AlertPage,
  AlertQuery,
  Delivery,
  DeliveryPage,
  DeliveryQuery,
} from '../contract/alerts.ts';
import { Id, ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { acknowledge, noteOnAlert, unacknowledge } from './alerts/acknowledge.ts';
import { listAlerts, readAlert } from './alerts/list-alerts.ts';
import { type ManageDeps, onDuty } from './manage-deps.ts';
import { listDeliveries, retryDelivery } from './outbox/list-deliveries.ts';
import { silenceRoutes } from './silence-routes.ts';

const tags = ['alerts'];
const read = { scope: 'read' } as const;
/** For signed-in developers; of keys, `onDuty` wants more. */
const write = { scope: 'ingest' } as const;
const One = z.object({ id: Id });

/** Alerts with their history, silences, and messages on their way. */
export function alertRoutes(app: App, deps: ManageDeps): void {
  readRoutes(app, deps);
  dutyRoutes(app, deps);
  deliveryRoutes(app, deps);
  silenceRoutes(app, deps);
}

function readRoutes(app: App, { database, clock }: ManageDeps): void {
  app.get(
    '/api/v1/alerts',
    {
      config: read,
      schema: {
        querystring: AlertQuery,
        response: { 200: AlertPage },
        tags,
        summary: 'Alerts, newest first',
      },
    },
    ({ auth, query }) => listAlerts(database, auth.projectId, { query, nowMs: clock.now() }),
  );
  app.get(
    '/api/v1/alerts/:id',
    {
      config: read,
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: AlertDetail },
        tags,
        summary: 'One alert with every step and message',
      },
    },
    ({ auth: { projectId }, params: { id } }) =>
      readAlert(database, { projectId, id }, clock.now()),
  );
}

/** What the one on duty does, by the last part of the path. */
const DUTIES = [
  { path: 'acknowledge', act: acknowledge, summary: 'Takes care of an alert: it is told no more' },
  { path: 'unacknowledge', act: unacknowledge, summary: 'Gives an alert back: it is told again' },
  { path: 'note', act: noteOnAlert, summary: 'Writes down what is known of an alert' },
] as const;

function dutyRoutes(app: App, deps: ManageDeps): void {
  for (const { path, act, summary } of DUTIES) {
    app.post(
      `/api/v1/alerts/:id/${path}`,
      {
        config: write,
        schema: {
          params: One,
          querystring: ProjectQuery,
          body: AlertNote,
          response: { 200: Alert },
          tags,
          summary,
        },
      },
      ({ auth, params: { id }, body: { note } }) => act(deps, onDuty(auth), { id, note }),
    );
  }
}

function deliveryRoutes(app: App, deps: ManageDeps): void {
  app.get(
    '/api/v1/deliveries',
    {
      config: read,
      schema: {
        querystring: DeliveryQuery,
        response: { 200: DeliveryPage },
        tags,
        summary: 'Messages to channels: waiting, delivered and given up, newest first',
      },
    },
    ({ auth, query }) => listDeliveries(deps.database, auth.projectId, query),
  );
  app.post(
    '/api/v1/deliveries/:id/retry',
    {
      config: write,
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Delivery },
        tags,
        summary: 'Tries a message again that was given up',
      },
    },
    ({ auth, params: { id } }) => retryDelivery(deps, onDuty(auth), id),
  );
}
