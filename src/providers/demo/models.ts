/** The models of the built-in provider. */
export const DEMO_MODELS = [
  'demo/good',
  'demo/poor',
  'demo/toxic',
  'demo/leaky',
  'demo/slow',
  'demo/flaky',
  'demo/judge',
  'demo/judge-broken',
] as const;

export type DemoModel = (typeof DEMO_MODELS)[number];
