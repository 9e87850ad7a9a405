/** The body of an error in the dialect of OpenAI clients. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: null;
    readonly code: string;
  };
}

/**
 * An error as OpenAI clients read it. `type` follows from the HTTP status; `code` is ours, so that a
 * caller can tell the gateway's refusals from the provider's.
 */
export function openAiError(status: number, code: string, message: string): OpenAiErrorBody {
  return { error: { message, type: errorType(status), param: null, code } };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
