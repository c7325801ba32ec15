-- Of a posting's places, those kept for households that the guarantee is for.
ALTER TABLE postings ADD COLUMN reserved_places INTEGER NOT NULL DEFAULT 0
    CONSTRAINT ck_postings__reserved_places CHECK (reserved_places >= 0);
