import type { Channel } from '../../contract/channels.ts';
import { useProjectQuery } from './project-call.ts';

/** The channels of the project. */
export function useChannels() {
  return useProjectQuery<{ items: Channel[] }>('channels', '/api/v1/channels', {
    query: { limit: 200 },
  });
}
