-- From applied or recommended to at work or left.
CREATE TABLE placements (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    posting_id BIGINT NOT NULL CONSTRAINT fk_placements__posting_id REFERENCES postings (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL CONSTRAINT fk_placements__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    status TEXT NOT NULL,
    number TEXT NOT NULL CONSTRAINT uq_placements__number UNIQUE,
    opened_by BIGINT CONSTRAINT fk_placements__opened_by REFERENCES users (id) ON DELETE RESTRICT,
    on_behalf BOOLEAN NOT NULL,
    holds_place BOOLEAN NOT NULL,
    is_open BOOLEAN NOT NULL,
    start_on DATE,
    reason TEXT
);
CREATE INDEX ix_placements__posting_id ON placements (posting_id, id);
CREATE INDEX ix_placements__person_id ON placements (person_id, id);
CREATE INDEX ix_placements__opened_by ON placements (opened_by);
CREATE UNIQUE INDEX uq_placements__open ON placements (posting_id, person_id) WHERE is_open;

CREATE TABLE placement_steps (
    id INTEGER PRIMARY KEY,
    placement_id BIGINT NOT NULL CONSTRAINT fk_placement_steps__placement_id REFERENCES placements (id) ON DELETE RESTRICT,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX ix_placement_steps__placement_id ON placement_steps (placement_id, id);

CREATE TABLE employments (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    person_id BIGINT NOT NULL CONSTRAINT fk_employments__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    employer_id BIGINT CONSTRAINT fk_employments__employer_id REFERENCES employers (id) ON DELETE RESTRICT,
    employer_name TEXT NOT NULL,
    placement_id BIGINT CONSTRAINT fk_employments__placement_id REFERENCES placements (id) ON DELETE RESTRICT,
    form TEXT NOT NULL,
    channel TEXT NOT NULL,
    job_title TEXT NOT NULL,
    occupation_code TEXT,
    region_code TEXT,
    place TEXT NOT NULL,
    wage_fen BIGINT,
    start_on DATE NOT NULL,
    end_on DATE,
    end_reason TEXT,
    source TEXT NOT NULL,
    CONSTRAINT ck_employments__period CHECK (end_on IS NULL OR end_on >= start_on)
);
CREATE INDEX ix_employments__person_id ON employments (person_id, start_on);
CREATE INDEX ix_employments__employer_id ON employments (employer_id);
CREATE UNIQUE INDEX uq_employments__placement_id ON employments (placement_id);

-- What proves an employment, and of which day.
CREATE TABLE employment_evidence (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    employment_id BIGINT NOT NULL CONSTRAINT fk_employment_evidence__employment_id REFERENCES employments (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    seen_on DATE NOT NULL,
    actor TEXT NOT NULL
);
CREATE INDEX ix_employment_evidence__employment_id ON employment_evidence (employment_id, seen_on);

-- Where each household stands today; recomputed whenever a fact changes and every night.
CREATE TABLE guarantees (
    household_id INTEGER PRIMARY KEY CONSTRAINT fk_guarantees__household_id REFERENCES households (id) ON DELETE RESTRICT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    since_on DATE NOT NULL,
    checked_on DATE NOT NULL,
    labourers INTEGER NOT NULL,
    employed INTEGER NOT NULL
);
CREATE INDEX ix_guarantees__state ON guarantees (state, since_on);
