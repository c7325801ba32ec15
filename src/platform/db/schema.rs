//! The tables as diesel sees them; a test compares them with both migrated databases.

diesel::table! {
    bureau (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    journal_counter (id) {
        id -> BigInt,
        last_seq -> BigInt,
        last_hash -> Text,
    }
}

diesel::table! {
    audit_lines (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        verb -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        region_code -> Nullable<Text>,
        before_json -> Nullable<Text>,
        after_json -> Nullable<Text>,
        request_id -> Text,
        address -> Text,
        hash -> Text,
    }
}

diesel::table! {
    changes (seq) {
        seq -> BigInt,
        subject_kind -> Text,
        subject_id -> BigInt,
    }
}

diesel::table! {
    task_leases (name) {
        name -> Text,
        holder -> Text,
        until_at -> Timestamp,
    }
}

diesel::table! {
    task_runs (name) {
        name -> Text,
        started_at -> Timestamp,
        succeeded_at -> Nullable<Timestamp>,
        failed_at -> Nullable<Timestamp>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (user_id, key) {
        user_id -> BigInt,
        key -> Text,
        request_hash -> Text,
        status -> Integer,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        sign_in_name -> Text,
        display_name -> Text,
        password_hash -> Text,
        language -> Text,
        must_change -> Bool,
        failures -> Integer,
        locked_until -> Nullable<Timestamp>,
        disabled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        created_at -> Timestamp,
        user_id -> BigInt,
        token_hash -> Text,
        csrf -> Text,
        address -> Text,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        created_at -> Timestamp,
        user_id -> BigInt,
        name -> Text,
        token_hash -> Text,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_failures (id) {
        id -> BigInt,
        at -> Timestamp,
        address -> Text,
    }
}

diesel::table! {
    sites (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        name -> Text,
        region_code -> Text,
    }
}

diesel::table! {
    households (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        registry_no -> Text,
        region_code -> Text,
        group_name -> Text,
        described_on -> Date,
        closed_on -> Nullable<Date>,
    }
}

diesel::table! {
    household_statuses (id) {
        id -> BigInt,
        created_at -> Timestamp,
        household_id -> BigInt,
        from_on -> Date,
        until_on -> Nullable<Date>,
        household_type -> Nullable<Text>,
        poverty_attribute -> Nullable<Text>,
        monitor_category -> Nullable<Text>,
        relocation_kind -> Nullable<Text>,
        site_id -> Nullable<BigInt>,
        source -> Text,
    }
}

diesel::table! {
    persons (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        registry_no -> Nullable<Text>,
        name -> Text,
        sex -> Text,
        birth_on -> Nullable<Date>,
        id_sealed -> Nullable<Binary>,
        id_hash -> Nullable<Text>,
        id_masked -> Nullable<Text>,
        id_state -> Text,
        ethnic_group -> Nullable<Text>,
        education -> Nullable<Text>,
        mandarin -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        phone_masked -> Nullable<Text>,
        bank_sealed -> Nullable<Binary>,
        bank_masked -> Nullable<Text>,
        health_sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    household_members (id) {
        id -> BigInt,
        created_at -> Timestamp,
        household_id -> BigInt,
        person_id -> BigInt,
        relation -> Nullable<Text>,
        from_on -> Date,
        until_on -> Nullable<Date>,
    }
}

diesel::table! {
    person_statuses (id) {
        id -> BigInt,
        created_at -> Timestamp,
        person_id -> BigInt,
        from_on -> Date,
        until_on -> Nullable<Date>,
        labour_skill -> Nullable<Text>,
        school -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    person_skills (id) {
        id -> BigInt,
        created_at -> Timestamp,
        person_id -> BigInt,
        name -> Text,
        occupation_code -> Nullable<Text>,
        certificate -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    wishes (id) {
        id -> BigInt,
        created_at -> Timestamp,
        person_id -> BigInt,
        stated_on -> Date,
        wants -> Text,
        occupations_json -> Text,
        destination -> Text,
        wage_min_fen -> Nullable<BigInt>,
        lodging_needed -> Bool,
        note -> Text,
        stated_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    employers (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        kind -> Text,
        name -> Text,
        credit_code -> Nullable<Text>,
        region_code -> Text,
        address -> Text,
        contact_name -> Text,
        phone_sealed -> Nullable<Binary>,
        phone_masked -> Nullable<Text>,
        licence_no -> Nullable<Text>,
        status -> Text,
        status_note -> Text,
        verified_on -> Nullable<Date>,
        created_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    postings (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        employer_id -> BigInt,
        kind -> Text,
        title -> Text,
        occupation_code -> Text,
        region_code -> Text,
        address -> Text,
        wage_low_fen -> Nullable<BigInt>,
        wage_high_fen -> Nullable<BigInt>,
        wage_unit -> Text,
        places -> Integer,
        filled -> Integer,
        lodging -> Bool,
        meals -> Bool,
        insurance -> Bool,
        transport -> Bool,
        education -> Nullable<Text>,
        certificate -> Nullable<Text>,
        physical -> Text,
        description -> Text,
        contact_name -> Text,
        phone_sealed -> Nullable<Binary>,
        phone_masked -> Nullable<Text>,
        status -> Text,
        status_note -> Text,
        published_on -> Nullable<Date>,
        closes_on -> Nullable<Date>,
        source -> Text,
        source_no -> Nullable<Text>,
        reserved_places -> Integer,
    }
}

diesel::table! {
    courses (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        employer_id -> BigInt,
        kind -> Text,
        title -> Text,
        occupation_code -> Text,
        region_code -> Text,
        address -> Text,
        description -> Text,
        certificate -> Nullable<Text>,
        lodging -> Bool,
        meals -> Bool,
        contact_name -> Text,
        phone_sealed -> Nullable<Binary>,
        phone_masked -> Nullable<Text>,
        status -> Text,
        status_note -> Text,
        published_on -> Nullable<Date>,
    }
}

diesel::table! {
    course_runs (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        course_id -> BigInt,
        starts_on -> Date,
        ends_on -> Date,
        hours -> Integer,
        places -> Integer,
        filled -> Integer,
    }
}

diesel::table! {
    enrolments (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        run_id -> BigInt,
        person_id -> BigInt,
        status -> Text,
        number -> Text,
        enrolled_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    role_grants (id) {
        id -> BigInt,
        created_at -> Timestamp,
        user_id -> BigInt,
        role -> Text,
        region_code -> Nullable<Text>,
        employer_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    placements (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        posting_id -> BigInt,
        person_id -> BigInt,
        status -> Text,
        number -> Text,
        opened_by -> Nullable<BigInt>,
        on_behalf -> Bool,
        holds_place -> Bool,
        is_open -> Bool,
        start_on -> Nullable<Date>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    placement_steps (id) {
        id -> BigInt,
        placement_id -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        status -> Text,
        note -> Text,
    }
}

diesel::table! {
    employments (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        person_id -> BigInt,
        employer_id -> Nullable<BigInt>,
        employer_name -> Text,
        placement_id -> Nullable<BigInt>,
        form -> Text,
        channel -> Text,
        job_title -> Text,
        occupation_code -> Nullable<Text>,
        region_code -> Nullable<Text>,
        place -> Text,
        wage_fen -> Nullable<BigInt>,
        start_on -> Date,
        end_on -> Nullable<Date>,
        end_reason -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    employment_evidence (id) {
        id -> BigInt,
        created_at -> Timestamp,
        employment_id -> BigInt,
        kind -> Text,
        seen_on -> Date,
        actor -> Text,
    }
}

diesel::table! {
    guarantees (household_id) {
        household_id -> BigInt,
        version -> Integer,
        state -> Text,
        reason -> Nullable<Text>,
        since_on -> Date,
        checked_on -> Date,
        labourers -> Integer,
        employed -> Integer,
    }
}

diesel::table! {
    roster_batches (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        file_name -> Text,
        file_sha256 -> Text,
        as_of_on -> Date,
        status -> Text,
        created_by -> Nullable<BigInt>,
        approved_by -> Nullable<BigInt>,
        next_row -> Integer,
        counts_json -> Text,
        message -> Nullable<Text>,
    }
}

diesel::table! {
    roster_rows (id) {
        id -> BigInt,
        batch_id -> BigInt,
        row_no -> Integer,
        verdict -> Text,
        usable -> Bool,
        merged -> Bool,
        household_no -> Nullable<Text>,
        person_no -> Nullable<Text>,
        name -> Text,
        findings_json -> Text,
        decision -> Nullable<Text>,
        decided_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    plans (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        region_code -> Text,
        site_id -> Nullable<BigInt>,
        posting_kind -> Nullable<Text>,
        as_of_on -> Date,
        seed -> BigInt,
        status -> Text,
        outcome_json -> Text,
    }
}

diesel::table! {
    plan_lines (id) {
        id -> BigInt,
        plan_id -> BigInt,
        household_id -> BigInt,
        person_id -> BigInt,
        posting_id -> BigInt,
        points -> Integer,
        covers -> Bool,
        was_invited -> Bool,
        outcome -> Text,
        reason -> Text,
        placement_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_marks (id) {
        id -> BigInt,
        plan_id -> BigInt,
        kind -> Text,
        person_id -> Nullable<BigInt>,
        posting_id -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    exemptions (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        household_id -> BigInt,
        reason -> Text,
        from_on -> Date,
        review_on -> Date,
        ended_on -> Nullable<Date>,
        proof -> Text,
        decided_by -> Nullable<BigInt>,
        decided_by_name -> Text,
    }
}

diesel::table! {
    alerts (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        household_id -> BigInt,
        person_id -> Nullable<BigInt>,
        kind -> Text,
        cause -> Text,
        opened_on -> Date,
        due_on -> Nullable<Date>,
        closed_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
        is_open -> Bool,
    }
}

diesel::table! {
    cases (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        household_id -> BigInt,
        number -> Text,
        opened_on -> Date,
        found_on -> Date,
        verify_by -> Nullable<Date>,
        verified_on -> Nullable<Date>,
        offer_by -> Nullable<Date>,
        offered_on -> Nullable<Date>,
        clear_by -> Nullable<Date>,
        closed_on -> Nullable<Date>,
        close_reason -> Nullable<Text>,
        stable_on -> Nullable<Date>,
        is_open -> Bool,
    }
}

diesel::table! {
    case_steps (id) {
        id -> BigInt,
        case_id -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        kind -> Text,
        note -> Text,
    }
}

diesel::table! {
    measures (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        case_id -> BigInt,
        kind -> Text,
        what -> Text,
        unit -> Nullable<Text>,
        status -> Text,
        due_on -> Date,
        ended_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    employment_wages (id) {
        id -> BigInt,
        created_at -> Timestamp,
        employment_id -> BigInt,
        known_on -> Date,
        wage_fen -> BigInt,
    }
}

diesel::table! {
    confirmations (id) {
        id -> BigInt,
        created_at -> Timestamp,
        employment_id -> BigInt,
        asked -> Text,
        after_days -> Integer,
        due_on -> Date,
        answered_at -> Nullable<Timestamp>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    frozen_months (id) {
        id -> BigInt,
        created_at -> Timestamp,
        month -> Text,
        region_code -> Text,
        filed_by -> Nullable<BigInt>,
        filed_by_name -> Text,
        figures_json -> Text,
    }
}

diesel::table! {
    spot_checks (id) {
        id -> BigInt,
        created_at -> Timestamp,
        region_code -> Text,
        as_of_on -> Date,
        seed -> Text,
        size -> Integer,
        reported_json -> Text,
        drawn_by -> Nullable<BigInt>,
        drawn_by_name -> Text,
    }
}

diesel::table! {
    spot_check_households (id) {
        id -> BigInt,
        spot_check_id -> BigInt,
        household_id -> BigInt,
        stratum -> Text,
        reported_covered -> Bool,
        found -> Nullable<Text>,
        found_on -> Nullable<Date>,
        found_by -> Nullable<Text>,
        note -> Text,
    }
}

diesel::table! {
    support_rules (id) {
        id -> BigInt,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        code -> Text,
        effective_from -> Date,
        effective_to -> Nullable<Date>,
        status -> Text,
        zh -> Text,
        en -> Text,
        source -> Text,
        terms_json -> Text,
    }
}

diesel::table! {
    rule_confirmations (id) {
        id -> BigInt,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        rule_id -> BigInt,
        region_code -> Text,
        from_on -> Date,
        amounts_json -> Text,
        document_no -> Text,
        document_on -> Date,
    }
}

diesel::table! {
    funds (id) {
        id -> BigInt,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        source -> Text,
        region_code -> Text,
        year -> Integer,
        granted_fen -> BigInt,
        available_fen -> BigInt,
        reserved_fen -> BigInt,
        committed_fen -> BigInt,
        paid_fen -> BigInt,
        moves -> Integer,
    }
}

diesel::table! {
    fund_purposes (id) {
        id -> BigInt,
        fund_id -> BigInt,
        reserved_fen -> BigInt,
        committed_fen -> BigInt,
        paid_fen -> BigInt,
    }
}

diesel::table! {
    ledger_entries (id) {
        id -> BigInt,
        fund_id -> BigInt,
        move_no -> Integer,
        kind -> Text,
        account -> Text,
        amount_fen -> BigInt,
        balance_fen -> BigInt,
        purpose_id -> Nullable<BigInt>,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        note -> Text,
    }
}

diesel::table! {
    payment_batches (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        fund_id -> BigInt,
        status -> Text,
        lines -> Integer,
        total_fen -> BigInt,
        sha256 -> Nullable<Text>,
        sent_at -> Nullable<Timestamp>,
        sent_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    payment_lines (id) {
        id -> BigInt,
        batch_id -> BigInt,
        line_no -> Integer,
        purpose_id -> BigInt,
        item_id -> BigInt,
        attempt -> Integer,
        payee_name -> Text,
        document_sealed -> Nullable<Binary>,
        account_sealed -> Nullable<Binary>,
        account_masked -> Text,
        amount_fen -> BigInt,
        status -> Text,
        reason -> Text,
    }
}

diesel::table! {
    recoveries (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        fund_id -> BigInt,
        purpose_id -> BigInt,
        reason -> Text,
        document_no -> Text,
        demanded_fen -> BigInt,
        received_fen -> BigInt,
        waived_fen -> BigInt,
    }
}

diesel::table! {
    claims (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        rule_id -> BigInt,
        claimant -> Text,
        employer_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        region_code -> Text,
        year -> Integer,
        payee_name -> Text,
        account_sealed -> Nullable<Binary>,
        account_masked -> Nullable<Text>,
        state -> Text,
        entered_on -> Date,
        due_on -> Nullable<Date>,
        notice_until -> Nullable<Date>,
        notice_left -> Nullable<Integer>,
        returns -> Integer,
        amount_fen -> BigInt,
        fund_id -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    claim_lines (id) {
        id -> BigInt,
        claim_id -> BigInt,
        person_id -> BigInt,
        household_id -> Nullable<BigInt>,
        employment_id -> Nullable<BigInt>,
        enrolment_id -> Nullable<BigInt>,
        assessment_json -> Text,
        amount_fen -> BigInt,
        struck -> Nullable<Text>,
    }
}

diesel::table! {
    exclusion_groups (key) {
        key -> Text,
        rule_code -> Text,
    }
}

diesel::table! {
    claim_months (id) {
        id -> BigInt,
        claim_id -> BigInt,
        line_id -> BigInt,
        person_id -> BigInt,
        group_key -> Text,
        slot -> BigInt,
        rule_code -> Text,
    }
}

diesel::table! {
    claim_steps (id) {
        id -> BigInt,
        claim_id -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        state -> Text,
        note -> Text,
    }
}

diesel::table! {
    claim_documents (id) {
        id -> BigInt,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        claim_id -> BigInt,
        kind -> Text,
        file_name -> Text,
        media_type -> Text,
        bytes -> Integer,
        sha256 -> Text,
    }
}

diesel::table! {
    claim_objections (id) {
        id -> BigInt,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        claim_id -> BigInt,
        words -> Text,
        finding -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    opened_accounts (id) {
        id -> BigInt,
        at -> Timestamp,
        address -> Text,
    }
}

diesel::table! {
    claim_contacts (id) {
        id -> BigInt,
        claim_id -> BigInt,
        line_id -> Nullable<BigInt>,
        kind -> Text,
        hash -> Text,
        party -> Text,
    }
}

diesel::table! {
    claim_signals (id) {
        id -> BigInt,
        created_at -> Timestamp,
        claim_id -> BigInt,
        kind -> Text,
        facts_json -> Text,
        answer -> Nullable<Text>,
        note -> Text,
        answered_at -> Nullable<Timestamp>,
        answered_by -> Nullable<BigInt>,
        answered_by_name -> Text,
    }
}

diesel::table! {
    claim_proofs (id) {
        id -> BigInt,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        claim_id -> BigInt,
        line_id -> Nullable<BigInt>,
        document_id -> BigInt,
        invoice_no -> Nullable<Text>,
        amount_fen -> BigInt,
        days -> Integer,
    }
}

diesel::table! {
    control_draws (id) {
        id -> BigInt,
        created_at -> Timestamp,
        region_code -> Text,
        from_on -> Date,
        to_on -> Date,
        seed -> Text,
        size -> Integer,
        frame -> Integer,
        frame_sha256 -> Text,
        drawn_by -> Nullable<BigInt>,
        drawn_by_name -> Text,
    }
}

diesel::table! {
    control_lines (id) {
        id -> BigInt,
        draw_id -> BigInt,
        claim_id -> BigInt,
        line_id -> BigInt,
        finding -> Nullable<Text>,
        note -> Text,
        found_on -> Nullable<Date>,
        found_by -> Text,
    }
}

diesel::table! {
    claim_hearings (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        claim_id -> BigInt,
        reason -> Text,
        amount_fen -> BigInt,
        words -> Text,
        due_on -> Date,
        statement -> Nullable<Text>,
        stated_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        outcome_note -> Text,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    work_requests (id) {
        id -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        person_id -> BigInt,
        region_code -> Text,
        number -> Text,
        wants -> Text,
        channel -> Text,
        asked_on -> Date,
        due_on -> Date,
        answered_on -> Nullable<Date>,
        answer -> Nullable<Text>,
        note -> Text,
        answered_by -> Nullable<BigInt>,
        is_open -> Bool,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(household_statuses -> households (household_id));
diesel::joinable!(household_statuses -> sites (site_id));
diesel::joinable!(household_members -> households (household_id));
diesel::joinable!(household_members -> persons (person_id));
diesel::joinable!(person_statuses -> persons (person_id));
diesel::joinable!(person_skills -> persons (person_id));
diesel::joinable!(wishes -> persons (person_id));
diesel::joinable!(wishes -> users (stated_by));
diesel::joinable!(employers -> users (created_by));
diesel::joinable!(postings -> employers (employer_id));
diesel::joinable!(courses -> employers (employer_id));
diesel::joinable!(course_runs -> courses (course_id));
diesel::joinable!(enrolments -> course_runs (run_id));
diesel::joinable!(enrolments -> persons (person_id));
diesel::joinable!(enrolments -> users (enrolled_by));
diesel::joinable!(role_grants -> users (user_id));
diesel::joinable!(role_grants -> employers (employer_id));
diesel::joinable!(role_grants -> persons (person_id));
diesel::joinable!(placements -> postings (posting_id));
diesel::joinable!(placements -> persons (person_id));
diesel::joinable!(placements -> users (opened_by));
diesel::joinable!(placement_steps -> placements (placement_id));
diesel::joinable!(employments -> persons (person_id));
diesel::joinable!(employments -> employers (employer_id));
diesel::joinable!(employments -> placements (placement_id));
diesel::joinable!(employment_evidence -> employments (employment_id));
diesel::joinable!(guarantees -> households (household_id));
diesel::joinable!(roster_rows -> roster_batches (batch_id));
diesel::joinable!(roster_rows -> users (decided_by));
diesel::joinable!(plans -> users (created_by));
diesel::joinable!(plans -> sites (site_id));
diesel::joinable!(plan_lines -> plans (plan_id));
diesel::joinable!(plan_lines -> households (household_id));
diesel::joinable!(plan_lines -> persons (person_id));
diesel::joinable!(plan_lines -> postings (posting_id));
diesel::joinable!(plan_lines -> placements (placement_id));
diesel::joinable!(plan_marks -> plans (plan_id));
diesel::joinable!(plan_marks -> persons (person_id));
diesel::joinable!(plan_marks -> postings (posting_id));
diesel::joinable!(exemptions -> households (household_id));
diesel::joinable!(exemptions -> users (decided_by));
diesel::joinable!(alerts -> households (household_id));
diesel::joinable!(alerts -> persons (person_id));
diesel::joinable!(cases -> households (household_id));
diesel::joinable!(case_steps -> cases (case_id));
diesel::joinable!(measures -> cases (case_id));
diesel::joinable!(employment_wages -> employments (employment_id));
diesel::joinable!(confirmations -> employments (employment_id));
diesel::joinable!(frozen_months -> users (filed_by));
diesel::joinable!(spot_checks -> users (drawn_by));
diesel::joinable!(spot_check_households -> spot_checks (spot_check_id));
diesel::joinable!(spot_check_households -> households (household_id));
diesel::joinable!(support_rules -> users (created_by));
diesel::joinable!(rule_confirmations -> users (created_by));
diesel::joinable!(rule_confirmations -> support_rules (rule_id));
diesel::joinable!(funds -> users (created_by));
diesel::joinable!(fund_purposes -> funds (fund_id));
diesel::joinable!(ledger_entries -> funds (fund_id));
diesel::joinable!(payment_batches -> funds (fund_id));
diesel::joinable!(payment_lines -> payment_batches (batch_id));
diesel::joinable!(recoveries -> users (created_by));
diesel::joinable!(recoveries -> funds (fund_id));
diesel::joinable!(claims -> users (created_by));
diesel::joinable!(claims -> support_rules (rule_id));
diesel::joinable!(claims -> employers (employer_id));
diesel::joinable!(claims -> persons (person_id));
diesel::joinable!(claims -> funds (fund_id));
diesel::joinable!(claim_lines -> claims (claim_id));
diesel::joinable!(claim_lines -> persons (person_id));
diesel::joinable!(claim_lines -> households (household_id));
diesel::joinable!(claim_lines -> employments (employment_id));
diesel::joinable!(claim_lines -> enrolments (enrolment_id));
diesel::joinable!(claim_months -> claims (claim_id));
diesel::joinable!(claim_months -> claim_lines (line_id));
diesel::joinable!(claim_months -> persons (person_id));
diesel::joinable!(claim_steps -> claims (claim_id));
diesel::joinable!(claim_documents -> users (created_by));
diesel::joinable!(claim_documents -> claims (claim_id));
diesel::joinable!(claim_objections -> users (created_by));
diesel::joinable!(claim_objections -> claims (claim_id));
diesel::joinable!(work_requests -> persons (person_id));
diesel::joinable!(work_requests -> users (answered_by));
diesel::joinable!(claim_contacts -> claims (claim_id));
diesel::joinable!(claim_contacts -> claim_lines (line_id));
diesel::joinable!(claim_signals -> claims (claim_id));
diesel::joinable!(claim_signals -> users (answered_by));
diesel::joinable!(claim_proofs -> users (created_by));
diesel::joinable!(claim_proofs -> claims (claim_id));
diesel::joinable!(claim_proofs -> claim_lines (line_id));
diesel::joinable!(claim_proofs -> claim_documents (document_id));
diesel::joinable!(control_draws -> users (drawn_by));
diesel::joinable!(control_lines -> control_draws (draw_id));
diesel::joinable!(control_lines -> claims (claim_id));
diesel::joinable!(control_lines -> claim_lines (line_id));
diesel::joinable!(claim_hearings -> users (created_by));
diesel::joinable!(claim_hearings -> claims (claim_id));

diesel::allow_tables_to_appear_in_same_query!(
    bureau,
    journal_counter,
    audit_lines,
    changes,
    task_leases,
    task_runs,
    idempotency_keys,
    users,
    sessions,
    api_tokens,
    sign_in_failures,
    sites,
    households,
    household_statuses,
    persons,
    household_members,
    person_statuses,
    person_skills,
    wishes,
    employers,
    postings,
    courses,
    course_runs,
    enrolments,
    role_grants,
    placements,
    placement_steps,
    employments,
    employment_evidence,
    guarantees,
    roster_batches,
    roster_rows,
    plans,
    plan_lines,
    plan_marks,
    exemptions,
    alerts,
    cases,
    case_steps,
    measures,
    employment_wages,
    confirmations,
    frozen_months,
    spot_checks,
    spot_check_households,
    support_rules,
    rule_confirmations,
    funds,
    fund_purposes,
    ledger_entries,
    payment_batches,
    payment_lines,
    recoveries,
    claims,
    claim_lines,
    exclusion_groups,
    claim_months,
    claim_steps,
    claim_documents,
    claim_objections,
    opened_accounts,
    work_requests,
    claim_contacts,
    claim_signals,
    claim_proofs,
    control_draws,
    control_lines,
    claim_hearings,
);
