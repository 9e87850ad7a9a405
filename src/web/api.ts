import type { ErrorBody } from '../contract/common.ts';

/** An answer of the API that is not a success; `code` is from the server, or `network` without one. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;

  constructor(facts: { code: string; message: string; status: number; requestId: string | null }) {
    super(facts.message);
    this.name = 'ApiError';
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId;
  }
}

export type QueryValues = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: QueryValues;
  /** Sent as JSON; a file as it is, with its own type. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

let csrfToken: string | null = null;

/** Remembers the token of the session; every change is sent with it. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** The address of an API path with its query, empty values left out. */
export function apiUrl(path: string, query: QueryValues = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The server checks its replies against the same schemas, so their shape is taken as given. */
function trustReply<Reply>(json: unknown): Reply {
  return json as Reply;
}

function isErrorBody(body: unknown): body is ErrorBody {
  return (
    typeof body === 'object' &&
    body !== null &&
    'error' in body &&
    typeof body.error === 'object' &&
    body.error !== null &&
    'code' in body.error
  );
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const known = isErrorBody(body) ? body.error : null;
  return new ApiError({
    code: known?.code ?? `http_${response.status}`,
    message: known?.message ?? response.statusText,
    status: response.status,
    requestId: known?.requestId ?? response.headers.get('x-request-id'),
  });
}

function headers(call: Call): Record<string, string> {
  const sent: Record<string, string> = { accept: 'application/json' };
  if (call.body instanceof Blob) sent['content-type'] = call.body.type;
  else if (call.body !== undefined) sent['content-type'] = 'application/json';
  if (call.method !== undefined && call.method !== 'GET' && csrfToken !== null)
    sent['x-csrf-token'] = csrfToken;
  return sent;
}

function bodyOf(body: unknown): BodyInit {
  return body instanceof Blob ? body : JSON.stringify(body);
}

/** Calls our API with the browser's session. Throws `ApiError`; an aborted call throws the abort. */
export async function callApi<Reply>(path: string, call: Call = {}): Promise<Reply> {
  const init: RequestInit = {
    method: call.method ?? 'GET',
    headers: headers(call),
    credentials: 'same-origin',
    ...(call.body === undefined ? {} : { body: bodyOf(call.body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  };
  let response: Response;
  try {
    response = await fetch(apiUrl(path, call.query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ code: 'network', message: '', status: 0, requestId: null });
  }
  if (!response.ok) throw await failure(response);
  if (response.status === 204) return trustReply<Reply>(null);
  return trustReply<Reply>(await response.json());
}
