CREATE TABLE role_grants (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    user_id BIGINT NOT NULL CONSTRAINT fk_role_grants__user_id REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    region_code TEXT,
    employer_id BIGINT CONSTRAINT fk_role_grants__employer_id REFERENCES employers (id) ON DELETE RESTRICT,
    person_id BIGINT CONSTRAINT fk_role_grants__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    revoked_at TIMESTAMP
);
CREATE INDEX ix_role_grants__user_id ON role_grants (user_id);
CREATE INDEX ix_role_grants__employer_id ON role_grants (employer_id);
CREATE INDEX ix_role_grants__person_id ON role_grants (person_id);
