DROP TABLE enrolments;
DROP TABLE course_runs;
DROP TABLE courses;
DROP TABLE postings;
DROP TABLE employers;
