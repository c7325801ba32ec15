DROP TABLE claim_hearings;
DROP TABLE control_lines;
DROP TABLE control_draws;
DROP TABLE claim_proofs;
DROP TABLE claim_signals;
DROP TABLE claim_contacts;
