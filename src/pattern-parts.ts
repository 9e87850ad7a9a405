import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import { redactText } from './evaluators/pii/redact.ts';
import { patternRoutes } from './patterns/routes.ts';

/** Which prompts fail. */
export function patternFeature(app: App, { store, clock }: Parts): void {
  patternRoutes(app, { database: store.database, clock, hidePrivate: redactText });
}
