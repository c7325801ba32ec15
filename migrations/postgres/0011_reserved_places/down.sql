ALTER TABLE postings DROP COLUMN reserved_places;
