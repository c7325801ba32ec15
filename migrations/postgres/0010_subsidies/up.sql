-- A support rule as its text stands from a day on. A row is never edited: a change is a new row from a later day.
CREATE TABLE support_rules (
    id BIGINT PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_support_rules__created_by REFERENCES users (id) ON DELETE RESTRICT,
    code TEXT NOT NULL,
    effective_from DATE NOT NULL,
    effective_to DATE,
    status TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    source TEXT NOT NULL,
    terms_json TEXT NOT NULL,
    CONSTRAINT ck_support_rules__term CHECK (effective_to IS NULL OR effective_to >= effective_from)
);
CREATE UNIQUE INDEX uq_support_rules__code ON support_rules (code, effective_from);
CREATE INDEX ix_support_rules__created_by ON support_rules (created_by);

-- The bureau's word that a rule may be paid in a division from a day on, with its figures and its document.
CREATE TABLE rule_confirmations (
    id BIGINT PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_rule_confirmations__created_by REFERENCES users (id) ON DELETE RESTRICT,
    rule_id BIGINT NOT NULL CONSTRAINT fk_rule_confirmations__rule_id REFERENCES support_rules (id) ON DELETE RESTRICT,
    region_code TEXT COLLATE "C" NOT NULL,
    from_on DATE NOT NULL,
    amounts_json TEXT NOT NULL,
    document_no TEXT NOT NULL,
    document_on DATE NOT NULL
);
CREATE UNIQUE INDEX uq_rule_confirmations__rule_id ON rule_confirmations (rule_id, region_code, from_on);
CREATE INDEX ix_rule_confirmations__created_by ON rule_confirmations (created_by);

-- What a source grants a county in a year, and where the money stands. No column can become negative.
CREATE TABLE funds (
    id BIGINT PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_funds__created_by REFERENCES users (id) ON DELETE RESTRICT,
    source TEXT NOT NULL,
    region_code TEXT COLLATE "C" NOT NULL,
    year INTEGER NOT NULL,
    granted_fen BIGINT NOT NULL,
    available_fen BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    moves INTEGER NOT NULL,
    CONSTRAINT ck_funds__available CHECK (available_fen >= 0),
    CONSTRAINT ck_funds__reserved CHECK (reserved_fen >= 0),
    CONSTRAINT ck_funds__committed CHECK (committed_fen >= 0),
    CONSTRAINT ck_funds__paid CHECK (paid_fen >= 0),
    CONSTRAINT ck_funds__whole CHECK (granted_fen = available_fen + reserved_fen + committed_fen + paid_fen)
);
CREATE UNIQUE INDEX uq_funds__source ON funds (source, region_code, year);
CREATE INDEX ix_funds__created_by ON funds (created_by);

-- What stands reserved, committed and paid for one purpose.
CREATE TABLE fund_purposes (
    id BIGINT PRIMARY KEY,
    fund_id BIGINT NOT NULL CONSTRAINT fk_fund_purposes__fund_id REFERENCES funds (id) ON DELETE RESTRICT,
    reserved_fen BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    CONSTRAINT ck_fund_purposes__reserved CHECK (reserved_fen >= 0),
    CONSTRAINT ck_fund_purposes__committed CHECK (committed_fen >= 0),
    CONSTRAINT ck_fund_purposes__paid CHECK (paid_fen >= 0)
);
CREATE INDEX ix_fund_purposes__fund_id ON fund_purposes (fund_id);

-- The ledger: two entries for each move, numbered without gaps in each fund; nothing is changed or removed.
CREATE TABLE ledger_entries (
    id BIGINT PRIMARY KEY,
    fund_id BIGINT NOT NULL CONSTRAINT fk_ledger_entries__fund_id REFERENCES funds (id) ON DELETE RESTRICT,
    move_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    balance_fen BIGINT NOT NULL,
    purpose_id BIGINT,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT ck_ledger_entries__balance CHECK (balance_fen >= 0 OR account = 'source')
);
CREATE UNIQUE INDEX uq_ledger_entries__move_no ON ledger_entries (fund_id, move_no, account);
CREATE INDEX ix_ledger_entries__purpose_id ON ledger_entries (purpose_id);

-- Payments that go to the treasury as one file, and what came back.
CREATE TABLE payment_batches (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_payment_batches__created_by REFERENCES users (id) ON DELETE RESTRICT,
    fund_id BIGINT NOT NULL CONSTRAINT fk_payment_batches__fund_id REFERENCES funds (id) ON DELETE RESTRICT,
    status TEXT NOT NULL,
    lines INTEGER NOT NULL,
    total_fen BIGINT NOT NULL,
    sha256 TEXT,
    sent_at TIMESTAMP,
    sent_by BIGINT CONSTRAINT fk_payment_batches__sent_by REFERENCES users (id) ON DELETE RESTRICT
);
CREATE INDEX ix_payment_batches__fund_id ON payment_batches (fund_id, id);
CREATE INDEX ix_payment_batches__created_by ON payment_batches (created_by);
CREATE INDEX ix_payment_batches__sent_by ON payment_batches (sent_by);

CREATE TABLE payment_lines (
    id BIGINT PRIMARY KEY,
    batch_id BIGINT NOT NULL CONSTRAINT fk_payment_lines__batch_id REFERENCES payment_batches (id) ON DELETE RESTRICT,
    line_no INTEGER NOT NULL,
    purpose_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    payee_name TEXT NOT NULL,
    document_sealed BYTEA,
    account_sealed BYTEA,
    account_masked TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT ck_payment_lines__amount CHECK (amount_fen > 0),
    CONSTRAINT ck_payment_lines__attempt CHECK (attempt IN (1, 2))
);
CREATE UNIQUE INDEX uq_payment_lines__line_no ON payment_lines (batch_id, line_no);
CREATE UNIQUE INDEX uq_payment_lines__item_id ON payment_lines (purpose_id, item_id, attempt);

-- Money that is asked back.
CREATE TABLE recoveries (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_recoveries__created_by REFERENCES users (id) ON DELETE RESTRICT,
    fund_id BIGINT NOT NULL CONSTRAINT fk_recoveries__fund_id REFERENCES funds (id) ON DELETE RESTRICT,
    purpose_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    document_no TEXT NOT NULL,
    demanded_fen BIGINT NOT NULL,
    received_fen BIGINT NOT NULL,
    waived_fen BIGINT NOT NULL,
    CONSTRAINT ck_recoveries__demanded CHECK (demanded_fen > 0 AND received_fen >= 0 AND waived_fen >= 0 AND received_fen + waived_fen <= demanded_fen)
);
CREATE UNIQUE INDEX uq_recoveries__purpose_id ON recoveries (purpose_id);
CREATE INDEX ix_recoveries__fund_id ON recoveries (fund_id);
CREATE INDEX ix_recoveries__created_by ON recoveries (created_by);

-- A claim under one version of a rule, and where it stands.
CREATE TABLE claims (
    id BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_claims__created_by REFERENCES users (id) ON DELETE RESTRICT,
    rule_id BIGINT NOT NULL CONSTRAINT fk_claims__rule_id REFERENCES support_rules (id) ON DELETE RESTRICT,
    claimant TEXT NOT NULL,
    employer_id BIGINT CONSTRAINT fk_claims__employer_id REFERENCES employers (id) ON DELETE RESTRICT,
    person_id BIGINT CONSTRAINT fk_claims__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    region_code TEXT COLLATE "C" NOT NULL,
    year INTEGER NOT NULL,
    payee_name TEXT NOT NULL,
    account_sealed BYTEA,
    account_masked TEXT,
    state TEXT NOT NULL,
    entered_on DATE NOT NULL,
    due_on DATE,
    notice_until DATE,
    notice_left INTEGER,
    returns INTEGER NOT NULL,
    amount_fen BIGINT NOT NULL,
    fund_id BIGINT CONSTRAINT fk_claims__fund_id REFERENCES funds (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    CONSTRAINT ck_claims__claimant CHECK ((employer_id IS NULL) <> (person_id IS NULL)),
    CONSTRAINT ck_claims__amount CHECK (amount_fen >= 0)
);
CREATE INDEX ix_claims__created_by ON claims (created_by);
CREATE INDEX ix_claims__rule_id ON claims (rule_id);
CREATE INDEX ix_claims__employer_id ON claims (employer_id);
CREATE INDEX ix_claims__person_id ON claims (person_id);
CREATE INDEX ix_claims__region_code ON claims (region_code, state);
CREATE INDEX ix_claims__fund_id ON claims (fund_id, state);

-- For whom, which months, how much, and every check with its outcome.
CREATE TABLE claim_lines (
    id BIGINT PRIMARY KEY,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_lines__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL CONSTRAINT fk_claim_lines__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    household_id BIGINT CONSTRAINT fk_claim_lines__household_id REFERENCES households (id) ON DELETE RESTRICT,
    employment_id BIGINT CONSTRAINT fk_claim_lines__employment_id REFERENCES employments (id) ON DELETE RESTRICT,
    enrolment_id BIGINT CONSTRAINT fk_claim_lines__enrolment_id REFERENCES enrolments (id) ON DELETE RESTRICT,
    assessment_json TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    struck TEXT,
    CONSTRAINT ck_claim_lines__amount CHECK (amount_fen >= 0)
);
CREATE INDEX ix_claim_lines__claim_id ON claim_lines (claim_id, id);
CREATE INDEX ix_claim_lines__person_id ON claim_lines (person_id);
CREATE INDEX ix_claim_lines__household_id ON claim_lines (household_id);
CREATE INDEX ix_claim_lines__employment_id ON claim_lines (employment_id);
CREATE INDEX ix_claim_lines__enrolment_id ON claim_lines (enrolment_id);

-- What excludes what: each group of a person (and month, year, employer …) belongs to one rule at a time.
CREATE TABLE exclusion_groups (
    key TEXT PRIMARY KEY,
    rule_code TEXT NOT NULL
);
CREATE UNIQUE INDEX uq_exclusion_groups__rule_code ON exclusion_groups (key, rule_code);

-- What a claim has taken of those groups. A slot of a group is taken once: this is why nothing can be paid twice.
CREATE TABLE claim_months (
    id BIGINT PRIMARY KEY,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_months__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    line_id BIGINT NOT NULL CONSTRAINT fk_claim_months__line_id REFERENCES claim_lines (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL CONSTRAINT fk_claim_months__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    group_key TEXT NOT NULL,
    slot BIGINT NOT NULL,
    rule_code TEXT NOT NULL,
    CONSTRAINT fk_claim_months__group_key FOREIGN KEY (group_key, rule_code) REFERENCES exclusion_groups (key, rule_code) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_claim_months__group_key ON claim_months (group_key, slot);
CREATE INDEX ix_claim_months__rule_code ON claim_months (rule_code, group_key);
CREATE INDEX ix_claim_months__claim_id ON claim_months (claim_id);
CREATE INDEX ix_claim_months__line_id ON claim_months (line_id);
CREATE INDEX ix_claim_months__person_id ON claim_months (person_id);

CREATE TABLE claim_steps (
    id BIGINT PRIMARY KEY,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_steps__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX ix_claim_steps__claim_id ON claim_steps (claim_id, id);

CREATE TABLE claim_documents (
    id BIGINT PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_claim_documents__created_by REFERENCES users (id) ON DELETE RESTRICT,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_documents__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE UNIQUE INDEX uq_claim_documents__sha256 ON claim_documents (claim_id, kind, sha256);
CREATE INDEX ix_claim_documents__created_by ON claim_documents (created_by);

CREATE TABLE claim_objections (
    id BIGINT PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_claim_objections__created_by REFERENCES users (id) ON DELETE RESTRICT,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_objections__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    words TEXT NOT NULL,
    finding TEXT,
    settled_at TIMESTAMP
);
CREATE INDEX ix_claim_objections__claim_id ON claim_objections (claim_id, id);
CREATE INDEX ix_claim_objections__created_by ON claim_objections (created_by);
