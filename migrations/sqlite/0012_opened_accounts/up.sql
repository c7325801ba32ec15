-- From where people opened accounts for themselves; forgotten after a day.
CREATE TABLE opened_accounts (
    id INTEGER PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX ix_opened_accounts__address ON opened_accounts (address, at);
