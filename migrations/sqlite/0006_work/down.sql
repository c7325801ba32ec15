DROP TABLE guarantees;
DROP TABLE employment_evidence;
DROP TABLE employments;
DROP TABLE placement_steps;
DROP TABLE placements;
