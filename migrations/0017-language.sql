-- The language of the answer, ISO 639-1; null where it is unknown, too short to tell, or was recorded before this.

alter table interactions add column language text;
