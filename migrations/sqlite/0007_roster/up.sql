CREATE TABLE roster_batches (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    as_of_on DATE NOT NULL,
    status TEXT NOT NULL CONSTRAINT ck_roster_batches__status
        CHECK (status IN ('checking', 'checked', 'approved', 'merged', 'withdrawn', 'failed')),
    created_by BIGINT CONSTRAINT fk_roster_batches__created_by REFERENCES users (id) ON DELETE RESTRICT,
    approved_by BIGINT CONSTRAINT fk_roster_batches__approved_by REFERENCES users (id) ON DELETE RESTRICT,
    next_row INTEGER NOT NULL,
    counts_json TEXT NOT NULL,
    message TEXT
);
CREATE INDEX ix_roster_batches__status ON roster_batches (status, id);
CREATE INDEX ix_roster_batches__created_by ON roster_batches (created_by);
CREATE INDEX ix_roster_batches__approved_by ON roster_batches (approved_by);

CREATE TABLE roster_rows (
    id INTEGER PRIMARY KEY,
    batch_id BIGINT NOT NULL CONSTRAINT fk_roster_rows__batch_id REFERENCES roster_batches (id) ON DELETE CASCADE,
    row_no INTEGER NOT NULL,
    verdict TEXT NOT NULL CONSTRAINT ck_roster_rows__verdict
        CHECK (verdict IN ('new', 'changed', 'same', 'doubtful', 'rejected')),
    usable BOOLEAN NOT NULL,
    merged BOOLEAN NOT NULL,
    household_no TEXT,
    person_no TEXT,
    name TEXT NOT NULL,
    findings_json TEXT NOT NULL,
    decision TEXT CONSTRAINT ck_roster_rows__decision CHECK (decision IN ('take', 'skip')),
    decided_by BIGINT CONSTRAINT fk_roster_rows__decided_by REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT uq_roster_rows__batch_id_row_no UNIQUE (batch_id, row_no)
);
CREATE INDEX ix_roster_rows__verdict ON roster_rows (batch_id, verdict, row_no);
CREATE INDEX ix_roster_rows__decided_by ON roster_rows (decided_by);
