import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type CallShape, shapeOf } from '../prompts/call-shape.ts';
import { placeMessages } from '../prompts/place-messages.ts';
import { defaultParameters, replaceParameters, unplaceable } from '../prompts/place-parameters.ts';
import {
  type Rendered,
  renderVersion,
  resolveVersion,
  type StoredVersion,
  templatesOf,
  versionOf,
} from '../prompts/prompt-snapshot.ts';
import { compareVariables } from '../prompts/template.ts';
import type { JsonObject } from '../providers/json.ts';
import type { ActiveExperiment, ArmDirectory } from './arm-directory.ts';
import type { ArmChange, ArmChooser, Assignment, AssignQuestion, ShadowArm } from './assign.ts';
import { type AssignedUnit, armAt, assignUnit } from './assign-unit.ts';
import { type Design, promptOf } from './design.ts';
import { ShadowBudgets } from './shadow-budget.ts';

type Arm = Design['arms'][number];

/** A prompt to be put into a call. */
interface PlacedPrompt {
  readonly name: string;
  readonly version: string;
  readonly rendered: Rendered;
}

/** A call that an experiment is about. */
interface Plan {
  readonly directory: ArmDirectory;
  readonly question: AssignQuestion;
  readonly shape: CallShape;
  readonly experiment: ActiveExperiment;
}

/**
 * Chooses arms and renders prompts from a directory in memory. A call that some answering arm could not serve (its
 * endpoint lacks a setting, its variables do not fill a prompt) is left out of the experiment for all arms alike: that
 * keeps arms comparable, and an experiment never fails a call.
 */
export function createArmChooser(deps: {
  readonly directory: ArmDirectory;
  readonly clock: Clock;
}): ArmChooser {
  const { directory } = deps;
  const budgets = new ShadowBudgets(deps.clock);
  return {
    assign(question): Assignment | null {
      if (directory.isEmpty && question.variables === null) return null;
      const shape = shapeOf(question.dialect, question.operation);
      const experiment = shape === null ? null : experimentFor(directory, question);
      if (shape !== null && experiment !== null) {
        const plan: Plan = { directory, question, shape, experiment };
        const assigned = experiment.servedArm === null ? assignArm(plan, budgets) : serveArm(plan);
        if (assigned !== null) return assigned;
      }
      return renderOnly(directory, question, shape);
    },
  };
}

/** An experiment on the prompt goes before one on the model, and takes only calls that want a prompt rendered. */
function experimentFor(
  directory: ArmDirectory,
  { projectId, promptName, model, variables }: AssignQuestion,
): ActiveExperiment | null {
  const onPrompt =
    variables === null ? null : directory.experimentOn(projectId, 'prompt', promptName);
  return onPrompt ?? directory.experimentOn(projectId, 'model', model);
}

/** Null when the experiment leaves this call out. */
function assignArm(plan: Plan, budgets: ShadowBudgets): Assignment | null {
  const { experiment, question } = plan;
  const answering = experiment.arms.filter(({ shadow }) => !shadow);
  if (!answering.every((arm) => fits(plan, arm))) return null;
  const unit = assignUnit(experiment, question);
  const arm = armAt(answering, unit.place);
  if (arm === null) return null;
  return {
    ...changeOf(plan, arm),
    exposure: { experimentId: experiment.id, arm: arm.name, unit: unit.unit },
    shadows: shadowsOf(plan, unit, budgets),
  };
}

/** The decided arm for everybody, counted for nobody. */
function serveArm(plan: Plan): Assignment | null {
  const arm = plan.experiment.arms.find(({ name }) => name === plan.experiment.servedArm);
  if (arm === undefined || !fits(plan, arm)) return null;
  return { ...changeOf(plan, arm), exposure: null, shadows: [] };
}

function shadowsOf(plan: Plan, unit: AssignedUnit, budgets: ShadowBudgets): readonly ShadowArm[] {
  const { experiment, question } = plan;
  return experiment.arms
    .filter((arm) => arm.shadow && isSampled(arm, question) && fits(plan, arm))
    .map((arm) => ({
      ...changeOf(plan, arm),
      begin: () => budgets.take(experiment, arm),
      exposure: { experimentId: experiment.id, arm: arm.name, unit: unit.unit },
    }));
}

/** Decided by the call, so that every unit is seen; a hash of its own for each shadow. */
function isSampled(arm: Arm, { interactionId }: AssignQuestion): boolean {
  if (arm.sampleRate >= 1) return true;
  const call = { userId: null, sessionId: null, interactionId };
  return assignUnit({ salt: arm.name, unit: 'request' }, call).place < arm.sampleRate;
}

/** Whether the arm can serve this call. */
function fits({ directory, question, shape }: Plan, arm: Arm): boolean {
  if (unplaceable(shape, arm.parameters).length > 0) return false;
  const version = armVersion(directory, question.projectId, arm);
  if (version === null) return arm.prompt === null;
  if (unplaceable(shape, version.parameters).length > 0) return false;
  // Completions may carry a list of texts, before which nothing can be put.
  if (shape === 'openai-completions') return false;
  if (shape === 'ollama-generate' && version.messages !== null) return false;
  return compareVariables(templatesOf(version), question.variables ?? {}).missing.length === 0;
}

function armVersion(directory: ArmDirectory, projectId: string, arm: Arm): StoredVersion | null {
  const named = promptOf(arm);
  const prompt = named === null ? null : directory.prompt(projectId, named.name);
  if (named === null || prompt === null) return null;
  const number = resolveVersion(prompt, named.version);
  return prompt.versions.find(({ version }) => version === number) ?? null;
}

/** What the arm changes. An arm without a prompt leaves the caller's wish for one as it is. */
function changeOf(plan: Plan, arm: Arm): ArmChange {
  const { directory, question, shape } = plan;
  const named = promptOf(arm);
  const version = armVersion(directory, question.projectId, arm);
  const placed =
    named === null || version === null
      ? namedPrompt(directory, question, shape)
      : { ...named, rendered: renderKnown(version, question.variables ?? {}) };
  return {
    model: arm.model,
    promptName: placed?.name ?? question.promptName,
    promptVersion: placed?.version ?? question.promptVersion,
    rewrite: rewriteOf(shape, placed, arm.parameters),
  };
}

/** Versions may differ in their variables: those that only another version uses are left out. */
function renderKnown(
  version: StoredVersion,
  variables: Readonly<Record<string, string>>,
): Rendered {
  const unknown = new Set(compareVariables(templatesOf(version), variables).unknown);
  const known = Object.entries(variables).filter(([name]) => !unknown.has(name));
  return renderVersion(version, Object.fromEntries(known));
}

function rewriteOf(
  shape: CallShape,
  placed: PlacedPrompt | null,
  parameters: Arm['parameters'],
): ArmChange['rewrite'] {
  if (placed === null && Object.keys(parameters).length === 0) return null;
  return (body: JsonObject): JsonObject => {
    const filled =
      placed === null
        ? body
        : placeMessages(
            shape,
            defaultParameters(shape, body, placed.rendered.parameters),
            placed.rendered,
          );
    return replaceParameters(shape, filled, parameters);
  };
}

/** No experiment: the prompt that the caller wants rendered, or nothing. */
function renderOnly(
  directory: ArmDirectory,
  question: AssignQuestion,
  shape: CallShape | null,
): Assignment | null {
  const placed = namedPrompt(directory, question, shape);
  if (placed === null || shape === null) return null;
  const [missing] = unplaceable(shape, placed.rendered.parameters);
  if (missing !== undefined) {
    throw new AppError(
      'unsupported_field',
      `The prompt ${placed.name} sets ${missing}, which this endpoint does not have.`,
      { details: { field: missing } },
    );
  }
  return {
    exposure: null,
    shadows: [],
    model: null,
    promptName: placed.name,
    promptVersion: placed.version,
    rewrite: rewriteOf(shape, placed, {}),
  };
}

/** The prompt that the caller wants rendered; null when it wants none. */
function namedPrompt(
  directory: ArmDirectory,
  { projectId, promptName, promptVersion, variables, operation }: AssignQuestion,
  shape: CallShape | null,
): PlacedPrompt | null {
  if (promptName === null || variables === null) return null;
  const prompt = directory.prompt(projectId, promptName);
  if (prompt === null) {
    throw new AppError('invalid_request', `No prompt is registered as ${promptName}.`, {
      details: { prompt: promptName },
    });
  }
  if (shape === null) {
    throw new AppError('invalid_request', 'A prompt cannot be rendered into this endpoint.', {
      details: { prompt: promptName, operation },
    });
  }
  const version = versionOf(prompt, promptVersion);
  const rendered = renderVersion(version, variables);
  return { name: promptName, version: String(version.version), rendered };
}
