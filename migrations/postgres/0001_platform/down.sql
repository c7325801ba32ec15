DROP TABLE idempotency_keys;
DROP TABLE task_runs;
DROP TABLE task_leases;
DROP TABLE changes;
DROP TABLE audit_lines;
DROP TABLE journal_counter;
DROP TABLE bureau;
