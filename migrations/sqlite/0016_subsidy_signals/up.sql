-- Keyed hashes of the phones, accounts and cards that stand behind a claim, so that what several have in common shows.
CREATE TABLE claim_contacts (
    id INTEGER PRIMARY KEY,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_contacts__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    line_id BIGINT CONSTRAINT fk_claim_contacts__line_id REFERENCES claim_lines (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    party TEXT NOT NULL
);
CREATE INDEX ix_claim_contacts__claim_id ON claim_contacts (claim_id);
CREATE INDEX ix_claim_contacts__line_id ON claim_contacts (line_id);
CREATE INDEX ix_claim_contacts__kind ON claim_contacts (kind, hash);

-- What looks odd about a claim, with the facts on which it rests, and what an officer found.
CREATE TABLE claim_signals (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_signals__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    facts_json TEXT NOT NULL,
    answer TEXT,
    note TEXT NOT NULL,
    answered_at TIMESTAMP,
    answered_by BIGINT CONSTRAINT fk_claim_signals__answered_by REFERENCES users (id) ON DELETE RESTRICT,
    answered_by_name TEXT NOT NULL,
    CONSTRAINT ck_claim_signals__answer CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE UNIQUE INDEX uq_claim_signals__claim_id ON claim_signals (claim_id, kind);
CREATE INDEX ix_claim_signals__answered_by ON claim_signals (answered_by);

-- What a document proves: an invoice with its amount, or days that were attended. An invoice counts once, whoever shows it.
CREATE TABLE claim_proofs (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_claim_proofs__created_by REFERENCES users (id) ON DELETE RESTRICT,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_proofs__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    line_id BIGINT CONSTRAINT fk_claim_proofs__line_id REFERENCES claim_lines (id) ON DELETE RESTRICT,
    document_id BIGINT NOT NULL CONSTRAINT fk_claim_proofs__document_id REFERENCES claim_documents (id) ON DELETE RESTRICT,
    invoice_no TEXT,
    amount_fen BIGINT NOT NULL,
    days INTEGER NOT NULL,
    CONSTRAINT ck_claim_proofs__amount CHECK (amount_fen >= 0 AND days >= 0 AND (invoice_no IS NULL) = (amount_fen = 0))
);
CREATE UNIQUE INDEX uq_claim_proofs__invoice_no ON claim_proofs (invoice_no);
CREATE INDEX ix_claim_proofs__claim_id ON claim_proofs (claim_id, id);
CREATE INDEX ix_claim_proofs__line_id ON claim_proofs (line_id);
CREATE INDEX ix_claim_proofs__document_id ON claim_proofs (document_id);
CREATE INDEX ix_claim_proofs__created_by ON claim_proofs (created_by);

-- Paid lines that are looked at again, drawn by a seed that was made public before.
CREATE TABLE control_draws (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    region_code TEXT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    seed TEXT NOT NULL,
    size INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    frame_sha256 TEXT NOT NULL,
    drawn_by BIGINT CONSTRAINT fk_control_draws__drawn_by REFERENCES users (id) ON DELETE RESTRICT,
    drawn_by_name TEXT NOT NULL
);
CREATE INDEX ix_control_draws__region_code ON control_draws (region_code, id);
CREATE INDEX ix_control_draws__drawn_by ON control_draws (drawn_by);

CREATE TABLE control_lines (
    id INTEGER PRIMARY KEY,
    draw_id BIGINT NOT NULL CONSTRAINT fk_control_lines__draw_id REFERENCES control_draws (id) ON DELETE RESTRICT,
    claim_id BIGINT NOT NULL CONSTRAINT fk_control_lines__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    line_id BIGINT NOT NULL CONSTRAINT fk_control_lines__line_id REFERENCES claim_lines (id) ON DELETE RESTRICT,
    finding TEXT,
    note TEXT NOT NULL,
    found_on DATE,
    found_by TEXT NOT NULL
);
CREATE UNIQUE INDEX uq_control_lines__draw_id ON control_lines (draw_id, line_id);
CREATE INDEX ix_control_lines__claim_id ON control_lines (claim_id);
CREATE INDEX ix_control_lines__line_id ON control_lines (line_id);

-- Before money is asked back the claimant is heard: what is held against him, until when he may answer, what he said.
CREATE TABLE claim_hearings (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_claim_hearings__created_by REFERENCES users (id) ON DELETE RESTRICT,
    claim_id BIGINT NOT NULL CONSTRAINT fk_claim_hearings__claim_id REFERENCES claims (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    words TEXT NOT NULL,
    due_on DATE NOT NULL,
    statement TEXT,
    stated_at TIMESTAMP,
    outcome TEXT,
    outcome_note TEXT NOT NULL,
    settled_at TIMESTAMP,
    CONSTRAINT ck_claim_hearings__amount CHECK (amount_fen > 0)
);
CREATE INDEX ix_claim_hearings__claim_id ON claim_hearings (claim_id, id);
CREATE INDEX ix_claim_hearings__created_by ON claim_hearings (created_by);
