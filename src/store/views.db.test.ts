import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Database } from './database.ts';

/** SQL that was written against LLM-Quality-Observer keeps working. */

const PROJECT = '01900000-0000-7000-8000-000000000001';
const WITH_BODY = '01900000-0000-7000-8000-000000000002';
const WITHOUT_BODY = '01900000-0000-7000-8000-000000000003';
const AT = new Date('2026-11-21T10:00:00.000Z');
let db: Database;

beforeAll(async () => {
  db = await testDatabase();
  for (const [id, status] of [
    [WITH_BODY, 'success'],
    [WITHOUT_BODY, 'error'],
  ] as const) {
    await db.query(
      `insert into interactions (id, project_id, created_at, origin, dialect, operation, provider, model,
         status, stream, user_id, tags, metadata, latency_ms, truncated, attempts, prompt_preview, response_preview)
       values ($1, $2, $3, 'gateway', 'openai', 'chat', 'openai', 'gpt-5-mini', $4, false, 'ada', '{}', '{}',
         12.5, false, '[]', 'short prompt', 'short answer')`,
      [id, PROJECT, AT, status],
    );
  }
  await db.query(
    `insert into interaction_bodies (interaction_id, project_id, created_at, request_encoding, response_encoding,
       prompt_text, response_text, context)
     values ($1, $2, $3, 'utf8', 'utf8', 'the whole prompt', 'the whole answer', '[]')`,
    [WITH_BODY, PROJECT, AT],
  );
  await addScore({ name: 'overall', value: 0.5, native: 3, source: 'rule', details: null });
  await addScore({
    name: 'overall',
    value: 0.9,
    native: null,
    source: 'judge',
    details: '{"instruction_following": 4.6, "truthfulness": 5, "raw": "{}"}',
  });
  await addScore({ name: 'overall', value: 1, native: 5, source: 'human', details: null });
  await addScore({ name: 'length', value: 1, native: null, source: 'rule', details: null });
});

async function addScore(score: {
  name: string;
  value: number;
  native: number | null;
  source: string;
  details: string | null;
}): Promise<void> {
  await db.query(
    `insert into scores (id, project_id, created_at, interaction_id, interaction_created_at, name, value,
       native_value, source, evaluator, evaluator_version, flagged, reason, details)
     values (gen_random_uuid(), $1, $2, $3, $2, $4, $5, $6, $7, 'rule-basic', 'v1', false, 'why', $8)`,
    [PROJECT, AT, WITH_BODY, score.name, score.value, score.native, score.source, score.details],
  );
}

describe('given the view llm_logs', () => {
  it('has the documented columns, with whole texts where they are kept', async () => {
    const rows = await db.query(
      `select id, created_at, user_id, prompt, response, model_version, latency_ms, status
       from llm_logs where created_at >= $1 order by id`,
      [AT],
    );
    expect(rows).toEqual([
      {
        id: WITH_BODY,
        created_at: AT,
        user_id: 'ada',
        prompt: 'the whole prompt',
        response: 'the whole answer',
        model_version: 'gpt-5-mini',
        latency_ms: 12.5,
        status: 'success',
      },
      expect.objectContaining({ id: WITHOUT_BODY, prompt: 'short prompt', status: 'error' }),
    ]);
  });
});

describe('given the view llm_evaluations', () => {
  it('has the documented columns on the scale from 1 to 5, rules and judges only', async () => {
    const rows = await db.query(
      `select log_id, overall_score, score_instruction_following, score_truthfulness, is_flagged, label,
         judge_model, judge_type, comment, raw_judge_response
       from llm_evaluations order by overall_score`,
    );
    const common = {
      log_id: WITH_BODY,
      is_flagged: false,
      label: 'ok',
      judge_model: 'rule-basic-v1',
    };
    expect(rows).toEqual([
      {
        ...common,
        overall_score: 3,
        score_instruction_following: null,
        score_truthfulness: null,
        judge_type: 'rule',
        comment: 'why',
        raw_judge_response: null,
      },
      {
        ...common,
        overall_score: 5,
        label: 'llm-judge',
        score_instruction_following: 5,
        score_truthfulness: 5,
        judge_type: 'llm',
        comment: 'why',
        raw_judge_response: '{}',
      },
    ]);
  });

  it('joins and groups as its users do', async () => {
    const rows = await db.query(
      `select l.model_version, count(*) as evaluations, avg(e.overall_score) as average
       from llm_logs l join llm_evaluations e on e.log_id = l.id group by l.model_version`,
    );
    expect(rows).toEqual([{ model_version: 'gpt-5-mini', evaluations: 2, average: 4 }]);
  });
});
