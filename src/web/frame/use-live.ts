import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { apiUrl } from '../api.ts';
import { asObject, parseJson } from '../json-access.ts';

export interface Live {
  readonly added: number;
  readonly connected: boolean;
}

/** What shows alerts, by the first word of its query. */
const SHOW_ALERTS = ['alerts', 'alert', 'monitors', 'monitor'];

/** Asks again for everything that shows alerts of the project, whenever one opens or ends. */
function useAlertNews(project: string): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    for (const name of SHOW_ALERTS) void client.invalidateQueries({ queryKey: [name, project] });
  }, [client, project]);
}

/** Counts what the server says has arrived in the project since `since`; the browser reconnects by itself. */
export function useLive(project: string, since: number): Live {
  const [live, setLive] = useState<Live>({ added: 0, connected: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refresh begins a new count
  useEffect(() => setLive(({ connected }) => ({ added: 0, connected })), [since]);
  const onAlerts = useAlertNews(project);
  useEffect(() => {
    const source = new EventSource(apiUrl('/api/v1/stream', { project }));
    const onAdded = (event: MessageEvent<string>): void => {
      const added = asObject(parseJson(event.data))['added'];
      if (typeof added !== 'number') return;
      setLive((before) => ({ ...before, added: before.added + added }));
    };
    source.addEventListener('interactions', onAdded);
    source.addEventListener('alerts', onAlerts);
    source.addEventListener('open', () => setLive((before) => ({ ...before, connected: true })));
    source.addEventListener('error', () => setLive((before) => ({ ...before, connected: false })));
    return () => source.close();
  }, [project, onAlerts]);
  return live;
}
