DROP TABLE wishes;
DROP TABLE person_skills;
DROP TABLE person_statuses;
DROP TABLE household_members;
DROP TABLE persons;
DROP TABLE household_statuses;
DROP TABLE households;
DROP TABLE sites;
