import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { IntlProvider } from 'use-intl';
import './app.css';
import { ApiError } from './api.ts';
import { startSession } from './data/session.ts';
import { loadMessages, useMessages } from './messages.ts';
import { router } from './router.tsx';
import { currentLocale, startSettings, useSettings } from './settings-store.ts';

const FRESH_MS = 15_000;

/** A refusal stays a refusal; only what may pass by itself is tried again. */
function isWorthRetrying(failures: number, error: Error): boolean {
  const passes = !(error instanceof ApiError) || error.status === 0 || error.status >= 502;
  return passes && failures < 2;
}

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: isWorthRetrying, refetchOnWindowFocus: false },
  },
});

function Program() {
  const { locale } = useSettings();
  const loaded = useMessages(locale);
  if (loaded === null) return null;
  return (
    <IntlProvider
      locale={loaded.locale}
      messages={loaded.messages}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      <RouterProvider router={router} />
    </IntlProvider>
  );
}

function draw(): void {
  const root = document.getElementById('root');
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <Program />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}

startSettings();
// Words, session and the code of the page are fetched beside each other; until they are here the
// frame that came with the page stays. What failed is asked again, and told, by who needs it.
void Promise.allSettled([loadMessages(currentLocale()), startSession(client), router.load()]).then(
  draw,
);
