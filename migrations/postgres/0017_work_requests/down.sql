DROP TABLE work_requests;
