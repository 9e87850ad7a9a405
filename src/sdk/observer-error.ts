/** The program refused a request; `code` is stable, `message` says what to do. */
export class ObserverError extends Error {
  override name = 'ObserverError';
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;

  constructor(answer: { code: string; message: string; status: number; requestId: string | null }) {
    super(answer.message);
    this.code = answer.code;
    this.status = answer.status;
    this.requestId = answer.requestId;
  }
}
