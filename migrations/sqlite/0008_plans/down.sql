DROP TABLE plan_marks;
DROP TABLE plan_lines;
DROP TABLE plans;
