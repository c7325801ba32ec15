CREATE TABLE sites (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    name TEXT NOT NULL,
    region_code TEXT NOT NULL,
    CONSTRAINT uq_sites__region_code_name UNIQUE (region_code, name)
);

CREATE TABLE households (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    registry_no TEXT NOT NULL CONSTRAINT uq_households__registry_no UNIQUE,
    region_code TEXT NOT NULL,
    group_name TEXT NOT NULL,
    described_on DATE NOT NULL,
    closed_on DATE
);
CREATE INDEX ix_households__region_code ON households (region_code, id);

-- What a household was from one day to another; one row per period, the last one open.
CREATE TABLE household_statuses (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    household_id BIGINT NOT NULL CONSTRAINT fk_household_statuses__household_id REFERENCES households (id) ON DELETE RESTRICT,
    from_on DATE NOT NULL,
    until_on DATE,
    household_type TEXT,
    poverty_attribute TEXT,
    monitor_category TEXT,
    relocation_kind TEXT,
    site_id BIGINT CONSTRAINT fk_household_statuses__site_id REFERENCES sites (id) ON DELETE RESTRICT,
    source TEXT NOT NULL,
    CONSTRAINT ck_household_statuses__period CHECK (until_on IS NULL OR until_on >= from_on)
);
CREATE INDEX ix_household_statuses__household_id ON household_statuses (household_id, from_on);
CREATE INDEX ix_household_statuses__site_id ON household_statuses (site_id);
CREATE UNIQUE INDEX uq_household_statuses__open ON household_statuses (household_id) WHERE until_on IS NULL;

CREATE TABLE persons (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    registry_no TEXT CONSTRAINT uq_persons__registry_no UNIQUE,
    name TEXT NOT NULL,
    sex TEXT NOT NULL CONSTRAINT ck_persons__sex CHECK (sex IN ('0', '1', '2', '9')),
    birth_on DATE,
    id_sealed BLOB,
    id_hash TEXT CONSTRAINT uq_persons__id_hash UNIQUE,
    id_masked TEXT,
    id_state TEXT NOT NULL CONSTRAINT ck_persons__id_state CHECK (id_state IN ('missing', 'confirmed', 'converted', 'withheld')),
    ethnic_group TEXT,
    education TEXT,
    mandarin TEXT,
    phone_sealed BLOB,
    phone_masked TEXT,
    bank_sealed BLOB,
    bank_masked TEXT,
    health_sealed BLOB
);

-- Who belonged to which household from one day to another.
CREATE TABLE household_members (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    household_id BIGINT NOT NULL CONSTRAINT fk_household_members__household_id REFERENCES households (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL CONSTRAINT fk_household_members__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    relation TEXT,
    from_on DATE NOT NULL,
    until_on DATE,
    CONSTRAINT ck_household_members__period CHECK (until_on IS NULL OR until_on >= from_on)
);
CREATE INDEX ix_household_members__household_id ON household_members (household_id, from_on);
CREATE INDEX ix_household_members__person_id ON household_members (person_id, from_on);
CREATE UNIQUE INDEX uq_household_members__open ON household_members (person_id) WHERE until_on IS NULL;

-- Labour capacity and school status from one day to another.
CREATE TABLE person_statuses (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    person_id BIGINT NOT NULL CONSTRAINT fk_person_statuses__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    from_on DATE NOT NULL,
    until_on DATE,
    labour_skill TEXT,
    school TEXT,
    source TEXT NOT NULL,
    CONSTRAINT ck_person_statuses__period CHECK (until_on IS NULL OR until_on >= from_on)
);
CREATE INDEX ix_person_statuses__person_id ON person_statuses (person_id, from_on);
CREATE UNIQUE INDEX uq_person_statuses__open ON person_statuses (person_id) WHERE until_on IS NULL;

CREATE TABLE person_skills (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    person_id BIGINT NOT NULL CONSTRAINT fk_person_skills__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    occupation_code TEXT,
    certificate TEXT,
    source TEXT NOT NULL,
    CONSTRAINT uq_person_skills__person_id_name UNIQUE (person_id, name)
);

-- What a person would accept; the newest one holds.
CREATE TABLE wishes (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    person_id BIGINT NOT NULL CONSTRAINT fk_wishes__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    stated_on DATE NOT NULL,
    wants TEXT NOT NULL CONSTRAINT ck_wishes__wants CHECK (wants IN ('work', 'training', 'nothing')),
    occupations_json TEXT NOT NULL,
    destination TEXT NOT NULL,
    wage_min_fen BIGINT,
    lodging_needed BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    stated_by BIGINT CONSTRAINT fk_wishes__stated_by REFERENCES users (id) ON DELETE RESTRICT
);
CREATE INDEX ix_wishes__person_id ON wishes (person_id, stated_on);
CREATE INDEX ix_wishes__stated_by ON wishes (stated_by);
