import type { z } from 'zod';
import { ErrorBody } from '../contract/common.ts';
import { AppError } from '../core/errors.ts';

/** A running program, asked over its API by the command line. */
export interface ProgramApi {
  /** Throws AppError with the program's own words when it refuses. */
  call<Reply>(schema: z.ZodType<Reply>, request: ApiRequest): Promise<Reply>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly file?: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string };
}

/** Asks the program at a URL with a key (or the local token, which names its project). */
export function createProgramApi(of: {
  readonly url: string;
  readonly token: string;
  readonly project: string | null;
  readonly fetch: typeof fetch;
}): ProgramApi {
  return {
    async call<Reply>(schema: z.ZodType<Reply>, request: ApiRequest): Promise<Reply> {
      const url = new URL(request.path, of.url);
      for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      const reply = await of
        .fetch(url, {
          method: request.method,
          headers: headersOf(of, request),
          body:
            request.file?.bytes ??
            (request.body === undefined ? null : JSON.stringify(request.body)),
        })
        .catch((cause: unknown) => {
          throw new AppError('upstream_unreachable', `${url.origin} does not answer.`, { cause });
        });
      const parsed = parse(await reply.text());
      if (reply.ok) return schema.parse(parsed);
      throw refusal(reply.status, parsed);
    },
  };
}

function headersOf(
  { token, project }: { readonly token: string; readonly project: string | null },
  { body, file }: ApiRequest,
): Record<string, string> {
  const type = file?.type ?? (body === undefined ? null : 'application/json');
  return {
    authorization: `Bearer ${token}`,
    ...(project === null ? {} : { 'x-lqo-project': project }),
    ...(type === null ? {} : { 'content-type': type }),
  };
}

const CODES: Readonly<Record<number, 'not_found' | 'conflict' | 'unauthorized' | 'forbidden'>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
};

function refusal(status: number, parsed: unknown): AppError {
  const { data } = ErrorBody.safeParse(parsed);
  const message = data?.error.message ?? `The program answered ${status}.`;
  const details = data?.error.details ?? null;
  return new AppError(CODES[status] ?? 'invalid_request', message, { details });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
