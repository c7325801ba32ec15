-- Facts about the bureau as a whole: whether it is a rehearsal, when it was made.
CREATE TABLE bureau (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row. Raising it is the last thing that a transaction does, so number order is commit order.
CREATE TABLE journal_counter (
    id INTEGER PRIMARY KEY,
    last_seq BIGINT NOT NULL,
    last_hash TEXT NOT NULL
);
INSERT INTO journal_counter (id, last_seq, last_hash) VALUES (1, 0, '');

CREATE TABLE audit_lines (
    seq INTEGER PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    region_code TEXT,
    before_json TEXT,
    after_json TEXT,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX ix_audit_lines__subject ON audit_lines (subject_kind, subject_id, seq);
CREATE INDEX ix_audit_lines__actor ON audit_lines (actor_id, seq);

-- What the search index has yet to take over.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL
);

CREATE TABLE task_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until_at TIMESTAMP NOT NULL
);

CREATE TABLE task_runs (
    name TEXT NOT NULL PRIMARY KEY,
    started_at TIMESTAMP NOT NULL,
    succeeded_at TIMESTAMP,
    failed_at TIMESTAMP,
    failure TEXT
);

-- The answer of a request that another program may repeat.
CREATE TABLE idempotency_keys (
    user_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, key)
);
