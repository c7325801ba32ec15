CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    sign_in_name TEXT NOT NULL CONSTRAINT uq_users__sign_in_name UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL CONSTRAINT ck_users__language CHECK (language IN ('zh-CN', 'en')),
    must_change BOOLEAN NOT NULL,
    failures INTEGER NOT NULL,
    locked_until TIMESTAMP,
    disabled_at TIMESTAMP
);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    user_id BIGINT NOT NULL CONSTRAINT fk_sessions__user_id REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL CONSTRAINT uq_sessions__token_hash UNIQUE,
    csrf TEXT NOT NULL,
    address TEXT NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_sessions__user_id ON sessions (user_id);

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    user_id BIGINT NOT NULL CONSTRAINT fk_api_tokens__user_id REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL CONSTRAINT uq_api_tokens__token_hash UNIQUE,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX ix_api_tokens__user_id ON api_tokens (user_id);

CREATE TABLE sign_in_failures (
    id INTEGER PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX ix_sign_in_failures__address ON sign_in_failures (address, at);
