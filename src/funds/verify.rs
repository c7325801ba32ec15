//! Recomputing everything: the ledger alone must give what the funds say. Pure.

use std::collections::HashMap;

use serde::Serialize;

use super::ledger::balance;
use super::model::{Fund, LedgerAccount, LedgerEntry, MoveKind, Recovery};
use crate::base::ids::FundId;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub fund: FundId,
    /// The move at which it shows; none where it is about the fund as a whole.
    pub move_no: Option<i32>,
    /// A word of the catalogue: `fund-fault-<what>`.
    pub what: &'static str,
}

/// The walk along the ledger of one fund.
#[derive(Debug)]
pub struct Walk {
    fund: FundId,
    last_move: i32,
    open: Option<LedgerEntry>,
    balances: HashMap<LedgerAccount, i64>,
    /// Reserved, committed, paid of each purpose.
    purposes: HashMap<i64, [i64; 3]>,
    /// What was paid and recovered for each purpose, whatever stands now.
    paid: HashMap<i64, i64>,
    recovered: HashMap<i64, i64>,
    faults: Vec<Fault>,
}

/// What stands for a purpose, as its row says.
#[derive(Debug, Clone, Copy)]
pub struct PurposeSays {
    pub id: i64,
    pub standing: [i64; 3],
}

impl Walk {
    pub fn new(fund: FundId) -> Self {
        Self {
            fund,
            last_move: 0,
            open: None,
            balances: HashMap::new(),
            purposes: HashMap::new(),
            paid: HashMap::new(),
            recovered: HashMap::new(),
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, move_no: Option<i32>, what: &'static str) {
        self.faults.push(Fault {
            fund: self.fund,
            move_no,
            what,
        });
    }

    /// Takes the entries of the ledger, in their order, in any portions.
    pub fn take(&mut self, entries: &[LedgerEntry]) {
        for entry in entries {
            match self.open.take() {
                None => self.open = Some(entry.clone()),
                Some(first) if first.move_no == entry.move_no => self.close(&first, entry),
                Some(first) => {
                    self.fault(Some(first.move_no), "one-sided");
                    self.open = Some(entry.clone());
                }
            }
        }
    }

    fn close(&mut self, minus: &LedgerEntry, plus: &LedgerEntry) {
        let move_no = plus.move_no;
        if move_no != self.last_move + 1 {
            self.fault(Some(move_no), "gap");
        }
        self.last_move = move_no;
        let (from, to) = plus.kind.path();
        let fits = minus.kind == plus.kind && minus.account == from && plus.account == to;
        if !fits || minus.purpose_id != plus.purpose_id || plus.kind.has_purpose() != plus.purpose_id.is_some() {
            self.fault(Some(move_no), "wrong-accounts");
        }
        let fen = plus.amount_fen.fen();
        if fen <= 0 || minus.amount_fen.fen().checked_add(fen) != Some(0) {
            self.fault(Some(move_no), "not-zero");
        }
        for entry in [minus, plus] {
            let now = self.balances.entry(entry.account).or_default();
            *now = now.saturating_add(entry.amount_fen.fen());
            let (now, is_source) = (*now, entry.account == LedgerAccount::Source);
            if now < 0 && !is_source {
                self.fault(Some(move_no), "negative");
            }
            if now != entry.balance_fen.fen() {
                self.fault(Some(move_no), "wrong-balance");
            }
        }
        if let Some(purpose) = plus.purpose_id {
            self.close_purpose(purpose, plus.kind, fen, move_no);
        }
    }

    fn close_purpose(&mut self, purpose: i64, kind: MoveKind, fen: i64, move_no: i32) {
        let (from, to) = kind.path();
        let place = |account| match account {
            LedgerAccount::Reserved => Some(0_usize),
            LedgerAccount::Committed => Some(1),
            LedgerAccount::Paid => Some(2),
            LedgerAccount::Source | LedgerAccount::Available => None,
        };
        let standing = self.purposes.entry(purpose).or_default();
        if let Some(cell) = place(from).and_then(|at| standing.get_mut(at)) {
            *cell -= fen;
        }
        if let Some(cell) = place(to).and_then(|at| standing.get_mut(at)) {
            *cell += fen;
        }
        let below = standing.iter().any(|fen| *fen < 0);
        match kind {
            MoveKind::Pay => *self.paid.entry(purpose).or_default() += fen,
            MoveKind::Recover => *self.recovered.entry(purpose).or_default() += fen,
            _ => {}
        }
        if below {
            self.fault(Some(move_no), "purpose-negative");
        }
    }

    /// Compares what the ledger gave with what stands in the tables.
    pub fn finish(
        mut self,
        fund: &Fund,
        purposes: &[PurposeSays],
        paid_lines: &[(i64, i64)],
        recoveries: &[Recovery],
    ) -> Vec<Fault> {
        if let Some(entry) = self.open.take() {
            self.fault(Some(entry.move_no), "one-sided");
        }
        if self.last_move != fund.moves {
            self.fault(None, "moves-missing");
        }
        for account in LedgerAccount::ALL {
            let computed = self.balances.get(account).copied().unwrap_or_default();
            if computed != balance(fund, *account).fen() {
                self.fault(None, "fund-differs");
            }
        }
        for says in purposes {
            if self.purposes.remove(&says.id).unwrap_or_default() != says.standing {
                self.fault(None, "purpose-differs");
            }
        }
        if self.purposes.values().any(|standing| *standing != [0; 3]) {
            self.fault(None, "purpose-missing");
        }
        let mut by_line: HashMap<i64, i64> = HashMap::new();
        for (purpose, fen) in paid_lines {
            *by_line.entry(*purpose).or_default() += fen;
        }
        if by_line != self.paid {
            self.fault(None, "payments-differ");
        }
        let received: HashMap<i64, i64> = recoveries
            .iter()
            .filter(|recovery| recovery.received_fen.fen() > 0)
            .map(|recovery| (recovery.purpose_id, recovery.received_fen.fen()))
            .collect();
        if received != self.recovered {
            self.fault(None, "recoveries-differ");
        }
        self.faults
    }
}
