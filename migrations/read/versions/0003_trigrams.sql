-- Titles that are nearly what was searched for are found by their trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
