export const DEMO_MODELS = [
  'demo/good',
  'demo/poor',
  'demo/toxic',
  'demo/leaky',
  'demo/slow',
  'demo/flaky',
] as const;

/** One call to the built-in provider. `body` is the raw JSON text of the request. */
export interface DemoRequest {
  readonly method: string;
  /** Without query: `/v1/chat/completions`. */
  readonly path: string;
  readonly body: string;
}

/** What the built-in provider answers: to be written chunk by chunk, each after its delay. */
export interface DemoAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly { readonly delayMs: number; readonly text: string }[];
  /** `cut`: the connection breaks after the last chunk, as a failing upstream's would. */
  readonly ending: 'clean' | 'cut';
}

/** Whether the model is served by the built-in provider. */
export function isDemoModel(model: string): boolean {
  return model.startsWith('demo/');
}

/** The built-in provider's answer. Pure: the same request gives the same bytes. Never throws. */
export function answerDemo(request: DemoRequest): DemoAnswer {
  void request;
  return { status: 501, headers: {}, chunks: [], ending: 'clean' };
}
