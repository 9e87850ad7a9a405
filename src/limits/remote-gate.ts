import { asError } from '../core/errors.ts';
import type { Admission, LimitGate, LimitSubject } from './gate.ts';
import type { LimitDirectory } from './limit-directory.ts';
import { UNLIMITED } from './limit-gate.ts';

/** Names of the calls between a gateway process and the one that holds the gate. */
export const GATE_CALLS = ['limits.admit', 'limits.release'] as const;
export type GateCall = (typeof GATE_CALLS)[number];

type Admitted = Extract<Admission, { admitted: true }>;

/** An admission on its way between processes; plain data. */
export type AdmissionMessage =
  | (Omit<Admitted, 'release'> & { readonly ticket: number })
  | Extract<Admission, { admitted: false }>;

export interface ReleaseMessage {
  readonly ticket: number;
  readonly tokens: number | null;
}

/**
 * The gate of another process. Calls that no rule of the local snapshot is about never leave the process; when the
 * other one does not answer, `fallback` decides (a gate of this process's own over the same directory).
 */
export function remoteGate(deps: {
  call(name: GateCall, payload: LimitSubject | ReleaseMessage): Promise<unknown>;
  readonly directory: LimitDirectory;
  readonly fallback: LimitGate;
  onFailure(error: Error): void;
}): LimitGate {
  const { directory, fallback } = deps;
  const release = (message: ReleaseMessage): void => {
    deps
      .call('limits.release', message)
      .catch((thrown: unknown) => deps.onFailure(asError(thrown)));
  };
  const ask = async (subject: LimitSubject): Promise<Admission> => {
    let answer: AdmissionMessage;
    try {
      // The other side is `serveGate`.
      answer = (await deps.call('limits.admit', subject)) as AdmissionMessage;
    } catch (thrown) {
      deps.onFailure(asError(thrown));
      return fallback.admit(subject);
    }
    if (!answer.admitted) return answer;
    const { headers, countsTokens = true, ticket } = answer;
    let over = false;
    return {
      admitted: true,
      headers,
      countsTokens,
      release: (tokens): void => {
        if (over) return;
        over = true;
        release({ ticket, tokens });
      },
    };
  };
  return {
    admit: (subject) => (directory.demandsOf(subject).length === 0 ? UNLIMITED : ask(subject)),
  };
}

export interface GateServer {
  /** Answers a call of `remoteGate`; `client` names the process that asks. */
  handle(client: number | string, name: GateCall, payload: unknown): Promise<unknown>;
  /** A process ended: its calls are over, at their estimates. */
  gone(client: number | string): void;
}

/** Lets other processes use this gate. */
export function serveGate(gate: LimitGate): GateServer {
  const clients = new Map<number | string, Map<number, Admitted>>();
  let tickets = 0;
  const openCalls = (client: number | string): Map<number, Admitted> => {
    const open = clients.get(client) ?? new Map<number, Admitted>();
    clients.set(client, open);
    return open;
  };
  const admit = async (
    client: number | string,
    subject: LimitSubject,
  ): Promise<AdmissionMessage> => {
    const open = openCalls(client);
    const admission = await gate.admit(subject);
    if (!admission.admitted) return admission;
    const ticket = tickets++;
    // A process that ended while it was waited for holds nothing.
    if (clients.get(client) === open) open.set(ticket, admission);
    else admission.release(null);
    const { headers, countsTokens = true } = admission;
    return { admitted: true, headers, countsTokens, ticket };
  };
  return {
    async handle(client, name, payload): Promise<unknown> {
      // The other side is `remoteGate` of the same program.
      if (name === 'limits.admit') return admit(client, payload as LimitSubject);
      const { ticket, tokens } = payload as ReleaseMessage;
      const open = clients.get(client);
      open?.get(ticket)?.release(tokens);
      open?.delete(ticket);
      return null;
    },
    gone(client): void {
      const open = clients.get(client);
      clients.delete(client);
      for (const admission of open?.values() ?? []) admission.release(null);
    },
  };
}
