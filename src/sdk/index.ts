export type { CallLabels, EventsReply, Observer, ObserverOptions } from './observer.ts';
export { createObserver } from './observer.ts';
export { ObserverError } from './observer-error.ts';
