-- A placement plan: what was asked for, and what came of it.
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT CONSTRAINT fk_plans__created_by REFERENCES users (id) ON DELETE RESTRICT,
    region_code TEXT NOT NULL,
    site_id BIGINT CONSTRAINT fk_plans__site_id REFERENCES sites (id) ON DELETE RESTRICT,
    posting_kind TEXT,
    as_of_on DATE NOT NULL,
    seed BIGINT NOT NULL,
    status TEXT NOT NULL,
    outcome_json TEXT NOT NULL
);
CREATE INDEX ix_plans__region_code ON plans (region_code, id);
CREATE INDEX ix_plans__status ON plans (status);
CREATE INDEX ix_plans__created_by ON plans (created_by);
CREATE INDEX ix_plans__site_id ON plans (site_id);

-- Who is to be invited where; in a confirmed plan also what came of the invitation.
CREATE TABLE plan_lines (
    id INTEGER PRIMARY KEY,
    plan_id BIGINT NOT NULL CONSTRAINT fk_plan_lines__plan_id REFERENCES plans (id) ON DELETE RESTRICT,
    household_id BIGINT NOT NULL CONSTRAINT fk_plan_lines__household_id REFERENCES households (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL CONSTRAINT fk_plan_lines__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    posting_id BIGINT NOT NULL CONSTRAINT fk_plan_lines__posting_id REFERENCES postings (id) ON DELETE RESTRICT,
    points INTEGER NOT NULL,
    covers BOOLEAN NOT NULL,
    was_invited BOOLEAN NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    placement_id BIGINT CONSTRAINT fk_plan_lines__placement_id REFERENCES placements (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_plan_lines__person_id ON plan_lines (plan_id, person_id);
CREATE INDEX ix_plan_lines__household_id ON plan_lines (household_id);
CREATE INDEX ix_plan_lines__person_id ON plan_lines (person_id);
CREATE INDEX ix_plan_lines__posting_id ON plan_lines (posting_id);
CREATE INDEX ix_plan_lines__placement_id ON plan_lines (placement_id);

-- What the officer fixes or rules out before computing again.
CREATE TABLE plan_marks (
    id INTEGER PRIMARY KEY,
    plan_id BIGINT NOT NULL CONSTRAINT fk_plan_marks__plan_id REFERENCES plans (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    person_id BIGINT CONSTRAINT fk_plan_marks__person_id REFERENCES persons (id) ON DELETE RESTRICT,
    posting_id BIGINT CONSTRAINT fk_plan_marks__posting_id REFERENCES postings (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    CONSTRAINT ck_plan_marks__about CHECK (person_id IS NOT NULL OR posting_id IS NOT NULL)
);
CREATE INDEX ix_plan_marks__plan_id ON plan_marks (plan_id, id);
CREATE INDEX ix_plan_marks__person_id ON plan_marks (person_id);
CREATE INDEX ix_plan_marks__posting_id ON plan_marks (posting_id);
