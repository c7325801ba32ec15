-- Why a household is not asked to have somebody at work for a while: reason, proof, and the day of the review.
CREATE TABLE exemptions (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    household_id BIGINT NOT NULL CONSTRAINT fk_exemptions__household_id REFERENCES households (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    from_on DATE NOT NULL,
    review_on DATE NOT NULL,
    ended_on DATE,
    proof TEXT NOT NULL,
    decided_by BIGINT CONSTRAINT fk_exemptions__decided_by REFERENCES users (id) ON DELETE RESTRICT,
    decided_by_name TEXT NOT NULL,
    CONSTRAINT ck_exemptions__period CHECK (review_on >= from_on)
);
CREATE INDEX ix_exemptions__household_id ON exemptions (household_id, from_on);
CREATE INDEX ix_exemptions__review_on ON exemptions (review_on);
CREATE INDEX ix_exemptions__decided_by ON exemptions (decided_by);

-- What was noticed about a household; one open line per kind and cause.
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    household_id BIGINT NOT NULL CONSTRAINT fk_alerts__household_id REFERENCES households (id) ON DELETE RESTRICT,
    person_id BIGINT CONSTRAINT fk_alerts__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    opened_on DATE NOT NULL,
    due_on DATE,
    closed_on DATE,
    outcome TEXT,
    is_open BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX uq_alerts__open ON alerts (household_id, kind, cause) WHERE is_open;
CREATE INDEX ix_alerts__household_id ON alerts (household_id, id);
CREATE INDEX ix_alerts__person_id ON alerts (person_id);
CREATE INDEX ix_alerts__is_open ON alerts (is_open, kind, due_on);

-- A household at zero that is being helped: its limits, and what became of each.
CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    household_id BIGINT NOT NULL CONSTRAINT fk_cases__household_id REFERENCES households (id) ON DELETE RESTRICT,
    number TEXT NOT NULL CONSTRAINT uq_cases__number UNIQUE,
    opened_on DATE NOT NULL,
    found_on DATE NOT NULL,
    verify_by DATE,
    verified_on DATE,
    offer_by DATE,
    offered_on DATE,
    clear_by DATE,
    closed_on DATE,
    close_reason TEXT,
    stable_on DATE,
    is_open BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX uq_cases__open ON cases (household_id) WHERE is_open;
CREATE INDEX ix_cases__household_id ON cases (household_id, id);
CREATE INDEX ix_cases__is_open ON cases (is_open, clear_by);

CREATE TABLE case_steps (
    id INTEGER PRIMARY KEY,
    case_id BIGINT NOT NULL CONSTRAINT fk_case_steps__case_id REFERENCES cases (id) ON DELETE RESTRICT,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX ix_case_steps__case_id ON case_steps (case_id, id);

-- What is done for a household: here, or by the department in charge.
CREATE TABLE measures (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    case_id BIGINT NOT NULL CONSTRAINT fk_measures__case_id REFERENCES cases (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    unit TEXT,
    status TEXT NOT NULL,
    due_on DATE NOT NULL,
    ended_on DATE,
    outcome TEXT
);
CREATE INDEX ix_measures__case_id ON measures (case_id, id);
CREATE INDEX ix_measures__status ON measures (status, due_on);

-- What somebody earned a month, from which day on as far as anybody knows.
CREATE TABLE employment_wages (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    employment_id BIGINT NOT NULL CONSTRAINT fk_employment_wages__employment_id REFERENCES employments (id) ON DELETE RESTRICT,
    known_on DATE NOT NULL,
    wage_fen BIGINT NOT NULL
);
CREATE INDEX ix_employment_wages__employment_id ON employment_wages (employment_id, known_on);

-- Whether somebody is still at work is asked of the employer and of the worker after 30, 90 and 180 days.
CREATE TABLE confirmations (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    employment_id BIGINT NOT NULL CONSTRAINT fk_confirmations__employment_id REFERENCES employments (id) ON DELETE RESTRICT,
    asked TEXT NOT NULL,
    after_days INTEGER NOT NULL,
    due_on DATE NOT NULL,
    answered_at TIMESTAMP,
    answer TEXT,
    CONSTRAINT uq_confirmations__employment_id_asked_after_days UNIQUE (employment_id, asked, after_days)
);
CREATE INDEX ix_confirmations__due_on ON confirmations (due_on);

-- The figures of a month's last day as they were filed; they are never changed.
CREATE TABLE frozen_months (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    month TEXT NOT NULL,
    region_code TEXT NOT NULL,
    filed_by BIGINT CONSTRAINT fk_frozen_months__filed_by REFERENCES users (id) ON DELETE RESTRICT,
    filed_by_name TEXT NOT NULL,
    figures_json TEXT NOT NULL,
    CONSTRAINT uq_frozen_months__month_region_code UNIQUE (month, region_code)
);
CREATE INDEX ix_frozen_months__filed_by ON frozen_months (filed_by);

-- A random sample of households that count as covered, drawn by a public seed.
CREATE TABLE spot_checks (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    region_code TEXT NOT NULL,
    as_of_on DATE NOT NULL,
    seed TEXT NOT NULL,
    size INTEGER NOT NULL,
    reported_json TEXT NOT NULL,
    drawn_by BIGINT CONSTRAINT fk_spot_checks__drawn_by REFERENCES users (id) ON DELETE RESTRICT,
    drawn_by_name TEXT NOT NULL
);
CREATE INDEX ix_spot_checks__region_code ON spot_checks (region_code, id);
CREATE INDEX ix_spot_checks__drawn_by ON spot_checks (drawn_by);

CREATE TABLE spot_check_households (
    id INTEGER PRIMARY KEY,
    spot_check_id BIGINT NOT NULL CONSTRAINT fk_spot_check_households__spot_check_id REFERENCES spot_checks (id) ON DELETE RESTRICT,
    household_id BIGINT NOT NULL CONSTRAINT fk_spot_check_households__household_id REFERENCES households (id) ON DELETE RESTRICT,
    stratum TEXT NOT NULL,
    reported_covered BOOLEAN NOT NULL,
    found TEXT,
    found_on DATE,
    found_by TEXT,
    note TEXT NOT NULL,
    CONSTRAINT uq_spot_check_households__spot_check_id_household_id UNIQUE (spot_check_id, household_id)
);
CREATE INDEX ix_spot_check_households__household_id ON spot_check_households (household_id);
