//! The walk along a ledger: what happened in any order verifies, and anything changed afterwards shows.

use proptest::prelude::*;

use super::ledger::balance;
use super::model::{Fund, FundSource, LedgerAccount, LedgerEntry, MoveKind, Purpose};
use super::verify::{PurposeSays, Walk};
use crate::base::ids::Id;
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::Instant;

/// A fund that is moved as the tables would be, and the entries that it leaves.
#[derive(Debug)]
struct Bench {
    fund: Fund,
    entries: Vec<LedgerEntry>,
    purposes: Vec<[i64; 3]>,
}

impl Bench {
    fn new(purposes: usize) -> Self {
        let zero = Money::ZERO;
        Self {
            fund: Fund {
                id: Id::from_raw(7),
                created_at: Instant::parse("2026-01-01T00:00:00Z").unwrap(),
                created_by: None,
                source: FundSource::EmploymentFund,
                region_code: RegionCode::parse("532801").unwrap(),
                year: 2026,
                granted_fen: zero,
                available_fen: zero,
                reserved_fen: zero,
                committed_fen: zero,
                paid_fen: zero,
                moves: 0,
            },
            entries: Vec::new(),
            purposes: vec![[0; 3]; purposes],
        }
    }

    fn column(&mut self, account: LedgerAccount) -> &mut Money {
        match account {
            LedgerAccount::Source => &mut self.fund.granted_fen,
            LedgerAccount::Available => &mut self.fund.available_fen,
            LedgerAccount::Reserved => &mut self.fund.reserved_fen,
            LedgerAccount::Committed => &mut self.fund.committed_fen,
            LedgerAccount::Paid => &mut self.fund.paid_fen,
        }
    }

    fn step(&mut self, kind: MoveKind, fen: i64, purpose: usize) {
        let (from, to) = kind.path();
        let place = |account| {
            [LedgerAccount::Reserved, LedgerAccount::Committed, LedgerAccount::Paid]
                .iter()
                .position(|a| *a == account)
        };
        let is_short = from != LedgerAccount::Source && self.column(from).fen() < fen;
        let lacks = place(from).is_some_and(|at| kind.has_purpose() && self.purposes[purpose][at] < fen);
        if is_short || lacks {
            return;
        }
        for (account, fen) in [(from, -fen), (to, fen)] {
            let fen = if account == LedgerAccount::Source { -fen } else { fen };
            let column = self.column(account);
            *column = Money::from_fen(column.fen() + fen);
        }
        if kind.has_purpose() {
            if let Some(at) = place(from) {
                self.purposes[purpose][at] -= fen;
            }
            if let Some(at) = place(to) {
                self.purposes[purpose][at] += fen;
            }
        }
        self.fund.moves += 1;
        for (account, fen) in [(from, -fen), (to, fen)] {
            self.entries.push(LedgerEntry {
                id: Id::fresh(),
                fund_id: self.fund.id,
                move_no: self.fund.moves,
                kind,
                account,
                amount_fen: Money::from_fen(fen),
                balance_fen: balance(&self.fund, account),
                purpose_id: kind.has_purpose().then(|| Purpose::from_raw(purpose as i64).raw()),
                at: self.fund.created_at,
                actor_id: None,
                actor: String::new(),
                note: String::new(),
            });
        }
    }

    fn faults(&self) -> Vec<&'static str> {
        let mut walk = Walk::new(self.fund.id);
        for portion in self.entries.chunks(3) {
            walk.take(portion);
        }
        let says: Vec<PurposeSays> = self
            .purposes
            .iter()
            .zip(0..)
            .map(|(standing, id)| PurposeSays {
                id,
                standing: *standing,
            })
            .collect();
        let paid: Vec<(i64, i64)> = self
            .entries
            .iter()
            .filter(|e| e.kind == MoveKind::Pay && e.account == LedgerAccount::Paid)
            .map(|e| (e.purpose_id.unwrap(), e.amount_fen.fen()))
            .collect();
        let mut received = std::collections::BTreeMap::<i64, i64>::new();
        for entry in self
            .entries
            .iter()
            .filter(|e| e.kind == MoveKind::Recover && e.account == LedgerAccount::Available)
        {
            *received.entry(entry.purpose_id.unwrap()).or_default() += entry.amount_fen.fen();
        }
        let recoveries: Vec<super::Recovery> = received
            .into_iter()
            .map(|(purpose_id, fen)| super::Recovery {
                id: Id::fresh(),
                version: 1,
                created_at: self.fund.created_at,
                created_by: None,
                fund_id: self.fund.id,
                purpose_id,
                reason: String::new(),
                document_no: String::new(),
                demanded_fen: Money::from_fen(fen),
                received_fen: Money::from_fen(fen),
                waived_fen: Money::ZERO,
            })
            .collect();
        walk.finish(&self.fund, &says, &paid, &recoveries)
            .into_iter()
            .map(|fault| fault.what)
            .collect()
    }
}

fn a_history() -> impl Strategy<Value = Bench> {
    proptest::collection::vec((0..MoveKind::ALL.len(), 1_i64..500, 0_usize..4), 1..120).prop_map(|steps| {
        let mut bench = Bench::new(4);
        bench.step(MoveKind::Grant, 10_000, 0);
        for (kind, fen, purpose) in steps {
            bench.step(MoveKind::ALL[kind], fen, purpose);
        }
        bench
    })
}

proptest! {
    #[test]
    fn what_happened_in_any_order_verifies(bench in a_history()) {
        prop_assert_eq!(bench.faults(), Vec::<&str>::new());
        prop_assert_eq!(bench.entries.iter().map(|e| e.amount_fen.fen()).sum::<i64>(), 0);
        prop_assert!(bench.entries.iter().all(|e| e.balance_fen.fen() >= 0 || e.account == LedgerAccount::Source));
    }

    #[test]
    fn whatever_is_changed_afterwards_shows(mut bench in a_history(), at in any::<prop::sample::Index>(), how in 0..5) {
        let at = at.index(bench.entries.len());
        match how {
            0 => bench.entries[at].amount_fen = Money::from_fen(bench.entries[at].amount_fen.fen() + 1),
            1 => bench.entries[at].balance_fen = Money::from_fen(bench.entries[at].balance_fen.fen() + 1),
            2 => { bench.entries.remove(at); }
            3 => bench.fund.available_fen = Money::from_fen(bench.fund.available_fen.fen() + 1),
            _ => bench.purposes[0][1] += 1,
        }
        prop_assert!(!bench.faults().is_empty());
    }
}
