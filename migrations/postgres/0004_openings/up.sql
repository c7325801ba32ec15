CREATE TABLE employers (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    credit_code TEXT COLLATE "C" CONSTRAINT uq_employers__credit_code UNIQUE,
    region_code TEXT COLLATE "C" NOT NULL,
    address TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    phone_sealed BYTEA,
    phone_masked TEXT,
    licence_no TEXT,
    status TEXT NOT NULL CONSTRAINT ck_employers__status CHECK (status IN ('submitted', 'verified', 'returned', 'suspended')),
    status_note TEXT NOT NULL,
    verified_on DATE,
    created_by BIGINT CONSTRAINT fk_employers__created_by REFERENCES users (id) ON DELETE RESTRICT
);
CREATE INDEX ix_employers__status ON employers (status, id);
CREATE INDEX ix_employers__name ON employers (name);
CREATE INDEX ix_employers__created_by ON employers (created_by);

CREATE TABLE postings (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    employer_id BIGINT NOT NULL CONSTRAINT fk_postings__employer_id REFERENCES employers (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL CONSTRAINT ck_postings__kind CHECK (kind IN ('job', 'public_welfare')),
    title TEXT NOT NULL,
    occupation_code TEXT COLLATE "C" NOT NULL,
    region_code TEXT COLLATE "C" NOT NULL,
    address TEXT NOT NULL,
    wage_low_fen BIGINT,
    wage_high_fen BIGINT,
    wage_unit TEXT NOT NULL CONSTRAINT ck_postings__wage_unit CHECK (wage_unit IN ('month', 'day', 'hour', 'piece')),
    places INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    lodging BOOLEAN NOT NULL,
    meals BOOLEAN NOT NULL,
    insurance BOOLEAN NOT NULL,
    transport BOOLEAN NOT NULL,
    education TEXT,
    certificate TEXT,
    physical TEXT NOT NULL CONSTRAINT ck_postings__physical CHECK (physical IN ('light', 'medium', 'heavy')),
    description TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    phone_sealed BYTEA,
    phone_masked TEXT,
    status TEXT NOT NULL,
    status_note TEXT NOT NULL,
    published_on DATE,
    closes_on DATE,
    source TEXT NOT NULL,
    source_no TEXT COLLATE "C",
    CONSTRAINT ck_postings__places CHECK (places >= 1 AND filled >= 0 AND filled <= places),
    CONSTRAINT ck_postings__wages CHECK (wage_low_fen IS NULL OR wage_high_fen IS NULL OR wage_low_fen <= wage_high_fen),
    CONSTRAINT uq_postings__source_source_no UNIQUE (source, source_no)
);
CREATE INDEX ix_postings__employer_id ON postings (employer_id, id);
CREATE INDEX ix_postings__status ON postings (status, id);

CREATE TABLE courses (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    employer_id BIGINT NOT NULL CONSTRAINT fk_courses__employer_id REFERENCES employers (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    occupation_code TEXT COLLATE "C" NOT NULL,
    region_code TEXT COLLATE "C" NOT NULL,
    address TEXT NOT NULL,
    description TEXT NOT NULL,
    certificate TEXT,
    lodging BOOLEAN NOT NULL,
    meals BOOLEAN NOT NULL,
    contact_name TEXT NOT NULL,
    phone_sealed BYTEA,
    phone_masked TEXT,
    status TEXT NOT NULL,
    status_note TEXT NOT NULL,
    published_on DATE
);
CREATE INDEX ix_courses__employer_id ON courses (employer_id, id);
CREATE INDEX ix_courses__status ON courses (status, id);

CREATE TABLE course_runs (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    course_id BIGINT NOT NULL CONSTRAINT fk_course_runs__course_id REFERENCES courses (id) ON DELETE RESTRICT,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    hours INTEGER NOT NULL,
    places INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    CONSTRAINT ck_course_runs__places CHECK (places >= 1 AND filled >= 0 AND filled <= places),
    CONSTRAINT ck_course_runs__days CHECK (ends_on >= starts_on)
);
CREATE INDEX ix_course_runs__course_id ON course_runs (course_id);

CREATE TABLE enrolments (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    run_id BIGINT NOT NULL CONSTRAINT fk_enrolments__run_id REFERENCES course_runs (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL CONSTRAINT fk_enrolments__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    status TEXT NOT NULL CONSTRAINT ck_enrolments__status
        CHECK (status IN ('enrolled', 'withdrawn', 'completed', 'not_completed')),
    number TEXT NOT NULL CONSTRAINT uq_enrolments__number UNIQUE,
    enrolled_by BIGINT CONSTRAINT fk_enrolments__enrolled_by REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT uq_enrolments__run_id_person_id UNIQUE (run_id, person_id)
);
CREATE INDEX ix_enrolments__person_id ON enrolments (person_id, id);
CREATE INDEX ix_enrolments__enrolled_by ON enrolments (enrolled_by);
