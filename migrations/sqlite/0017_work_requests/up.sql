-- Somebody asked for work or training: the dated receipt, and what the bureau answered.
CREATE TABLE work_requests (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    person_id BIGINT NOT NULL CONSTRAINT fk_work_requests__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    region_code TEXT NOT NULL,
    number TEXT NOT NULL CONSTRAINT uq_work_requests__number UNIQUE,
    wants TEXT NOT NULL,
    channel TEXT NOT NULL,
    asked_on DATE NOT NULL,
    due_on DATE NOT NULL,
    answered_on DATE,
    answer TEXT,
    note TEXT NOT NULL,
    answered_by BIGINT CONSTRAINT fk_work_requests__answered_by REFERENCES users (id) ON DELETE RESTRICT,
    is_open BOOLEAN NOT NULL,
    CONSTRAINT ck_work_requests__answered CHECK (is_open = (answer IS NULL))
);
CREATE UNIQUE INDEX uq_work_requests__open ON work_requests (person_id) WHERE is_open;
CREATE INDEX ix_work_requests__person_id ON work_requests (person_id, id);
CREATE INDEX ix_work_requests__due_on ON work_requests (is_open, due_on, id);
CREATE INDEX ix_work_requests__region_code ON work_requests (region_code, answered_on);
CREATE INDEX ix_work_requests__answered_by ON work_requests (answered_by);
