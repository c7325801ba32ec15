//! Computes the plans that wait. The instance, the plan and the certificate are kept as files, so that anybody can verify
//! them; they lie on the node that computed them.

use std::path::{Path, PathBuf};

use diesel::prelude::*;

use super::model::{Outcome, Plan, PlanLine, PlanOutcome, PlanStatus};
use super::report::{Extra, What, compute, what_if};
use super::store;
use crate::base::actor::Scope;
use crate::base::error::{Context, Error, Result};
use crate::base::ids::{Id, PlanId};
use crate::insert_batch;
use crate::matching::ground::{Ground, Marks, ground};
use crate::matching::model::OpeningKind;
use crate::matching::plan::{Fault, FaultCode, Summary, write_instance, write_solution};
use crate::matching::weights::Weights;
use crate::platform::DataFolder;
use crate::platform::db::schema::{plan_lines, plans};
use crate::platform::db::{Caller, Db, Subject, Tx};

/// Computes the plan that waits longest; tells whether there was one. A plan that was asked for again meanwhile keeps
/// waiting, and what was computed is dropped.
pub fn compute_plans(db: &Db, data: &DataFolder) -> Result<bool> {
    let waiting: Option<Plan> = db.read(|conn| {
        Ok(plans::table
            .filter(plans::status.eq(PlanStatus::Waiting))
            .order(plans::id)
            .select(Plan::as_select())
            .first(conn)
            .optional()?)
    })?;
    let Some(plan) = waiting else { return Ok(false) };
    let (ground, marks) = ground_of(db, &plan)?;
    let computed = compute(
        &ground,
        &marks,
        Weights::shipped(),
        (plan.as_of_on, plan.seed.cast_unsigned()),
    );
    // Beside the files in use, which are the proof of what is stored until this is.
    let (folder, beside) = (folder_of(data, plan.id), folder_of(data, plan.id).with_extension("new"));
    let computed = computed.and_then(|what| {
        write_files(&beside, &what)?;
        Ok(what)
    });
    let is_kept = db.write(&Caller::task("compute_plans"), |tx| keep(tx, &plan, &computed))?;
    if computed.is_ok() {
        put_in_place(&beside, &folder, is_kept).context("the files of a plan cannot be put in place")?;
    }
    Ok(true)
}

/// New files take the place of the old ones, or go away where what they prove was dropped.
fn put_in_place(beside: &Path, folder: &Path, is_kept: bool) -> std::io::Result<()> {
    if !is_kept {
        return std::fs::remove_dir_all(beside);
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::rename(beside, folder)
}

/// The facts of a plan's scope as they stand, and its marks.
fn ground_of(db: &Db, plan: &Plan) -> Result<(Ground, Marks)> {
    let scope = Scope::Regions(vec![plan.region_code.clone()]);
    let kind = plan.posting_kind.as_deref().map(|kind| match kind {
        "public_welfare" => OpeningKind::PublicWelfare,
        _ => OpeningKind::Job,
    });
    db.snapshot(|conn| {
        let marks = store::marks_as_rules(&store::marks_of(conn, plan.id)?);
        Ok((ground(conn, &scope, plan.site_id, kind, plan.as_of_on)?, marks))
    })
}

/// A plan computed with more places, on its own facts and marks; nothing is stored.
///
/// # Errors
/// The opening is none of those that the plan weighs.
pub fn rehearse(db: &Db, plan: &Plan, extra: Extra) -> Result<What> {
    let (ground, marks) = ground_of(db, plan)?;
    let is_weighed = ground.openings.iter().any(|opening| opening.id == extra.like);
    if !is_weighed || marks.without_openings.contains(&extra.like) {
        return Err(Error::invalid("like", "plan-like-unknown"));
    }
    let (on, seed) = (plan.as_of_on, plan.seed.cast_unsigned());
    what_if(&ground, &marks, Weights::shipped(), (on, seed), extra).map_err(|fault| Error::Refused {
        code: fault.code.as_str(),
        values: fault.values,
    })
}

/// Where the files of a plan lie.
pub fn folder_of(data: &DataFolder, id: PlanId) -> PathBuf {
    data.path().join("plans").join(id.to_string())
}

/// The names of these files.
pub const FILES: [&str; 6] = [
    "households.csv",
    "edges.csv",
    "openings.csv",
    "plan.csv",
    "certificate.json",
    "summary.json",
];

/// Writes the files of a plan into a folder, which is made where there is none.
///
/// # Errors
/// The folder or a file cannot be written.
pub fn write_files(folder: &Path, what: &What) -> std::result::Result<(), Fault> {
    std::fs::create_dir_all(folder).map_err(|e| Fault::new(FaultCode::Unwritable).with("reason", e))?;
    let (instance, milliseconds) = (&what.problem.instance, what.outcome.milliseconds);
    let seconds = std::time::Duration::from_millis(milliseconds).as_secs_f64();
    write_instance(folder, instance)?;
    write_solution(
        folder,
        instance,
        &what.solution,
        &Summary::new(instance, &what.solution, seconds),
    )
}

/// Stores what was computed, and tells whether it did: not where the plan was asked for again meanwhile.
fn keep(tx: &mut Tx<'_>, plan: &Plan, computed: &std::result::Result<What, Fault>) -> Result<bool> {
    let (status, outcome) = match computed {
        Ok(what) => (PlanStatus::Ready, what.outcome.clone()),
        Err(fault) => {
            let failure = Some(fault.code.as_str().to_owned());
            let outcome = Outcome {
                failure,
                ..Outcome::default()
            };
            (PlanStatus::Failed, outcome)
        }
    };
    let moved = diesel::update(
        plans::table
            .find(plan.id)
            .filter(plans::version.eq(plan.version))
            .filter(plans::status.eq(PlanStatus::Waiting)),
    )
    .set((
        plans::status.eq(status),
        plans::version.eq(plan.version + 1),
        plans::outcome_json.eq(serde_json::to_string(&outcome)?),
    ))
    .execute(&mut **tx)?;
    if moved == 0 {
        return Ok(false);
    }
    diesel::delete(plan_lines::table.filter(plan_lines::plan_id.eq(plan.id))).execute(&mut **tx)?;
    let proposed = computed.as_ref().map(|what| what.lines.as_slice()).unwrap_or_default();
    let lines: Vec<PlanLine> = proposed
        .iter()
        .map(|line| PlanLine {
            id: Id::fresh(),
            plan_id: plan.id,
            household_id: line.household,
            person_id: line.person,
            posting_id: line.posting,
            points: line.points,
            covers: line.covers,
            was_invited: line.was_invited,
            outcome: PlanOutcome::Proposed,
            reason: String::new(),
            placement_id: None,
        })
        .collect();
    insert_batch!(tx, plan_lines::table, &lines)?;
    let after = serde_json::json!({ "covered": outcome.covered, "uncovered": outcome.uncovered, "lines": lines.len() });
    tx.audit(
        "compute_plan",
        Subject::new("plan", plan.id),
        Some(&plan.region_code),
        None::<&()>,
        Some(&after),
    )?;
    Ok(true)
}
