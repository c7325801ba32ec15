//! Thirty-two clients reserve, promise, pay and give back in any order: no balance is ever negative, and the ledger fits.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use yigang::base::error::Error;
use yigang::base::ids::Id;
use yigang::base::money::Money;
use yigang::funds::{self, FundSource, Layout, PaymentDraft, Purpose};
use yigang::platform::db::{Caller, Db};

use crate::story;
use crate::support::claims::{granted, the_ledger_fits};

/// A refusal says that the money is not there; anything else is a fault.
fn settle(outcome: Result<(), Error>) -> bool {
    match outcome {
        Ok(()) => true,
        Err(
            Error::Refused {
                code: "fund-short" | "purpose-short" | "batch-empty",
                ..
            }
            | Error::NotFound("purpose"),
        ) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// One client's steps, drawn from its seed.
fn client(db: &Db, fund: &funds::Fund, seed: u64) -> usize {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let operator = Caller::operator();
    let mut own: Vec<Purpose> = Vec::new();
    let mut done = 0;
    for _ in 0..20 {
        let amount = Money::from_fen(draw.random_range(1..40_000));
        let purpose = own.get(draw.random_range(0..=own.len())).copied();
        let outcome = match (purpose, draw.random_range(0..5)) {
            (None, _) => {
                let fresh = Purpose::of::<()>(Id::fresh());
                let outcome = db.write(&operator, |tx| funds::reserve(tx, fund.id, fresh, amount, "story"));
                if outcome.is_ok() {
                    own.push(fresh);
                }
                outcome
            }
            (Some(purpose), 0) => db.write(&operator, |tx| funds::reserve(tx, fund.id, purpose, amount, "story")),
            (Some(purpose), 1) => db.write(&operator, |tx| funds::commit(tx, purpose, amount, "story")),
            (Some(purpose), 2) => db.write(&operator, |tx| funds::give_back(tx, purpose, "story")),
            (Some(purpose), 3) => db.write(&operator, |tx| funds::uncommit(tx, purpose, amount, "story")),
            (Some(purpose), _) => pay(db, fund, purpose, amount),
        };
        done += usize::from(settle(outcome));
    }
    done
}

/// A payment the whole way: batch, file, result.
fn pay(db: &Db, fund: &funds::Fund, purpose: Purpose, amount: Money) -> Result<(), Error> {
    let operator = Caller::operator();
    let draft = PaymentDraft {
        purpose,
        item: Id::<()>::fresh().raw(),
        attempt: 1,
        payee_name: "岩温".to_owned(),
        document: Some("532899199003150010".to_owned()),
        account: None,
        account_masked: String::new(),
        amount,
    };
    let batch = db.write(&operator, |tx| {
        funds::open_batch(tx, fund.id, std::slice::from_ref(&draft))
    })?;
    let sent = db.write(&operator, |tx| funds::send_batch(tx, batch.id, batch.version))?;
    let text = format!(
        "批次,{}\n校验,{}\n1,{amount},成功,\n",
        batch.id,
        sent.sha256.unwrap_or_default()
    );
    let results = funds::read_results(&text)?;
    db.write(&operator, |tx| funds::take_results(tx, batch.id, &results).map(drop))
}

story! {
    fn thirty_two_clients_never_overspend_a_fund(app) {
        let fund = granted(app, FundSource::EmploymentFund, 3_000);
        let done: usize = std::thread::scope(|scope| {
            let (db, fund) = (&app.services.db, &fund);
            let clients: Vec<_> = (0..32).map(|seed| scope.spawn(move || client(db, fund, seed))).collect();
            clients.into_iter().map(|client| client.join().expect("no client dies")).sum()
        });
        assert!(done > 100, "{done}");
        the_ledger_fits(app);
        let fund = app.services.db.read(|conn| funds::fund_by_id(conn, fund.id)).expect("the fund");
        assert!(fund.available_fen >= Money::ZERO && fund.granted_fen == Money::from_fen(300_000));
        let entries = app.services.db.read(|conn| funds::newest_entries(conn, fund.id, 100_000)).expect("the ledger");
        assert_eq!(entries.iter().map(|entry| entry.amount_fen.fen()).sum::<i64>(), 0);
        assert!(entries.iter().all(|entry| entry.balance_fen >= Money::ZERO || entry.account == funds::LedgerAccount::Source));
    }
}

story! {
    fn what_is_set_aside_cannot_be_cut_and_a_file_is_fixed_when_it_is_sent(app) {
        let fund = granted(app, FundSource::LinkageFund, 1_000);
        let db = &app.services.db;
        let operator = Caller::operator();
        let purpose = Purpose::of::<()>(Id::fresh());
        let amount = |yuan| Money::from_yuan(yuan).expect("money");
        db.write(&operator, |tx| funds::reserve(tx, fund.id, purpose, amount(700), "story")).expect("set aside");
        let cut = db.write(&operator, |tx| funds::cut_fund(tx, fund.id, amount(400), "x"));
        assert!(matches!(cut, Err(Error::Refused { code: "fund-short", .. })));
        db.write(&operator, |tx| funds::cut_fund(tx, fund.id, amount(300), "x")).expect("what is free");
        db.write(&operator, |tx| funds::commit(tx, purpose, amount(700), "story")).expect("promised");
        let draft = |item| PaymentDraft {
            purpose, item, attempt: 1, payee_name: "岩温".to_owned(), document: Some("532899199003150010".to_owned()),
            account: Some("6217000012345678".to_owned()), account_masked: "****5678".to_owned(), amount: amount(400),
        };
        let both = [draft(1), draft(2)];
        let more = db.write(&operator, |tx| funds::open_batch(tx, fund.id, &both).map(drop));
        assert!(matches!(more, Err(Error::Refused { code: "purpose-short", .. })), "never more than is promised");
        let batch = db.write(&operator, |tx| funds::open_batch(tx, fund.id, &both[..1])).expect("a batch");
        let again = db.write(&operator, |tx| funds::open_batch(tx, fund.id, &both[1..]).map(drop));
        assert!(matches!(again, Err(Error::Refused { code: "purpose-short", .. })), "what is on its way counts");
        let batch = db.write(&operator, |tx| funds::send_batch(tx, batch.id, batch.version)).expect("sent");
        let (_, text) = db.write(&operator, |tx| funds::payment_file(tx, batch.id, Layout::Csv)).expect("the file");
        let sum = batch.sha256.clone().expect("a checksum");
        assert!(text.contains("532899199003150010") && text.contains(&sum), "{text}");
        let take = |text: String| {
            let results = funds::read_results(&text)?;
            db.write(&operator, |tx| funds::take_results(tx, batch.id, &results).map(|lines| lines.len()))
        };
        let told = |sum: &str, line: &str| format!("批次,{}\n校验,{sum}\n{line}\n", batch.id);
        assert!(matches!(take(told("00", "1,400,成功,")), Err(Error::Refused { code: "payment-results-other-file", .. })));
        assert!(matches!(take(told(&sum, "1,399,成功,")), Err(Error::Refused { code: "payment-results-amount", .. })));
        assert!(matches!(take(told(&sum, "2,400,成功,")), Err(Error::Refused { code: "payment-results-unknown", .. })));
        assert_eq!(take(told(&sum, "1,400,成功,")).expect("taken over"), 1);
        assert_eq!(take(told(&sum, "1,400,成功,")).expect("told twice"), 0);
        assert!(matches!(take(told(&sum, "1,400,失败,")), Err(Error::Refused { code: "payment-results-twice", .. })));
        the_ledger_fits(app);
    }
}
