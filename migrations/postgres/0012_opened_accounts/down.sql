DROP TABLE opened_accounts;
