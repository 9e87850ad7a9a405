import type { Exposure } from '../interactions/record.ts';
import type { JsonObject } from '../providers/json.ts';

/** A call for which an experiment may have an arm. */
export interface AssignQuestion {
  readonly projectId: string;
  /** The caller's model name, which is the route's name where there is one. */
  readonly model: string | null;
  readonly operation: string;
  readonly dialect: string;
  readonly promptName: string | null;
  readonly promptVersion: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** Unique to the call: the unit where neither user nor session is known. */
  readonly interactionId: string;
  /**
   * From `x-lqo-variables`: values of the prompt's placeholders. Null when the header was not sent; sending it, even as
   * `{}`, asks for the prompt of `x-lqo-prompt` to be rendered into the call.
   */
  readonly variables: Readonly<Record<string, string>> | null;
}

/** What an arm changes about a call. */
export interface ArmChange {
  /** Replaces the model before a way is looked for; null leaves it. */
  readonly model: string | null;
  /** Changes the caller's body (parameters, a rendered prompt), in the caller's dialect; null leaves it. */
  readonly rewrite: ((body: JsonObject) => JsonObject) | null;
  readonly promptName: string | null;
  readonly promptVersion: string | null;
}

export interface Assignment extends ArmChange {
  /** Null when no experiment runs here: then only a registered prompt may have been rendered. */
  readonly exposure: Exposure | null;
  /** Further arms that are called without answering, each within its own budget. */
  readonly shadows: readonly ShadowArm[];
}

export interface ShadowArm extends ArmChange {
  readonly exposure: Exposure;
  /** Takes the call from the shadow's budget, right before it is made; false when there is no room. */
  begin(): boolean;
}

/** Chooses arms and renders registered prompts; synchronous, in memory. */
export interface ArmChooser {
  /**
   * Null when nothing about the call changes (the usual case). Throws AppError `invalid_request` when a
   * prompt is to be rendered (`variables` is not null) and it, its version or variables are missing, and
   * `unsupported_field` when it sets what the caller's endpoint does not have.
   */
  assign(question: AssignQuestion): Assignment | null;
}
