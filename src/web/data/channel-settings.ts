import type { z } from 'zod';
import type { Delivery } from '../../contract/alerts.ts';
import type {
  Channel,
  ChannelCatalogEntry,
  ChannelChange,
  ChannelTested,
  NewChannel,
} from '../../contract/channels.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

/** The kinds of channels with their options. */
export function useChannelKinds() {
  return useProjectQuery<{ channels: ChannelCatalogEntry[] }>('catalog', '/api/v1/catalog');
}

export function useCreateChannel() {
  return useProjectChange<z.input<typeof NewChannel>, Channel>(['channels'], (body) => ({
    method: 'POST',
    path: '/api/v1/channels',
    body,
  }));
}

export function useChangeChannel() {
  return useProjectChange<{ id: string; change: ChannelChange }, Channel>(
    ['channels'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/channels/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}

export function useRemoveChannel() {
  return useProjectChange<string>(['channels'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/channels/${encodeURIComponent(id)}`,
  }));
}

/** Sends a test message and waits for what the receiver says. */
export function useTestChannel() {
  return useProjectChange<string, z.infer<typeof ChannelTested>>([], (id) => ({
    method: 'POST',
    path: `/api/v1/channels/${encodeURIComponent(id)}/test`,
    body: {},
  }));
}

/** The latest messages of a channel. */
export function useDeliveries(channelId: string) {
  return useProjectQuery<{ items: Delivery[] }>('deliveries', '/api/v1/deliveries', {
    query: { channel: channelId, limit: 20 },
    refetchMs: 5000,
  });
}

/** Tries a message again that was given up. */
export function useSendAgain() {
  return useProjectChange<string, Delivery>(['deliveries', 'channels'], (id) => ({
    method: 'POST',
    path: `/api/v1/deliveries/${encodeURIComponent(id)}/retry`,
    body: {},
  }));
}
