-- Flagged scores are few among many, and the safety page lists and counts nothing else.
create index scores_flagged on scores (project_id, created_at desc, id desc) where flagged;
