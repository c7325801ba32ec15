# The guarantee: one member in work for every relocated household.
guarantee-board-title = Board
guarantee-crumbs = Regions above
guarantee-all-places = My area
guarantee-as-of = As of
guarantee-show = Show
guarantee-export = Export what I see
guarantee-board-empty = There are no relocated households yet. Import a roster first; then this page shows how they stand.
guarantee-board-import = Import a roster
guarantee-excluded = Households left out of the rate (nobody in them can work)
guarantee-by-site = By settlement site
guarantee-by-region = By region
guarantee-no-site = no site on record
guarantee-total = Total
guarantee-units-caption = By place, as of { $day }
guarantee-figure-rate = Rate
guarantee-figure-zero = At zero
guarantee-figure-at-risk = At risk
guarantee-figure-to-be-confirmed = Of these to be confirmed
guarantee-figure-met = Met
guarantee-figure-exempt = Exempt
guarantee-change-none = as a week ago
guarantee-change-more = { $n } more than a week ago
guarantee-change-less = { $n } fewer than a week ago
guarantee-rate-more = { $n } points above a week ago
guarantee-rate-less = { $n } points below a week ago
guarantee-chart-rising = { $place }: the rate has risen for { $n ->
    [one] one week
   *[other] { $n } weeks
}
guarantee-chart-falling = { $place }: the rate has fallen for { $n ->
    [one] one week
   *[other] { $n } weeks
}
guarantee-chart-level = { $place }: the rate is as a week ago
guarantee-chart-week = As of
guarantee-chart-table = The figures of { $n } weeks
guarantee-zero-title = { $n ->
    [one] One household at zero
   *[other] { $n } households at zero
}
guarantee-zero-caption = Longest first
guarantee-zero-none = No household stands at zero.
guarantee-zero-all = Show the whole list
guarantee-column-code = Code
guarantee-column-place = Place
guarantee-column-in-scope = In scope
guarantee-column-met = Met
guarantee-column-at-risk = At risk
guarantee-column-to-be-confirmed = To be confirmed
guarantee-column-zero = At zero
guarantee-column-exempt = Exempt
guarantee-column-rate = Rate
guarantee-column-labourers = Labourers
guarantee-column-employed = Employed
guarantee-column-household-no = Household number
guarantee-column-site = Settlement site
guarantee-column-days = Days and reason
guarantee-column-state = State
guarantee-column-head = Head
guarantee-column-members = Members
guarantee-column-at-work = Employed / labourers
guarantee-column-reason = Reason
guarantee-column-since = Since
guarantee-days-at-zero = day { $n }
guarantee-list-title = Households
guarantee-list-words = Name or household number
guarantee-list-words-hint = The whole name, or the beginning of the number
guarantee-list-all = Clear filters
guarantee-list-none = No household fits. Take away a filter and look again.
guarantee-list-total = { $n ->
    [one] One household as of { $day }
   *[other] { $n } households as of { $day }
}
guarantee-list-day = As of { $day }
guarantee-place-below = └ { $place }
guarantee-village-title = Today
guarantee-village-empty = There are no relocated households in your area yet. The township imports the roster.
guarantee-village-none = Every relocated household in your area has somebody in secure work. Nothing is due today.
guarantee-village-need = In order of need
guarantee-village-more-zero = All households at zero
guarantee-village-more-risk = All households at risk
guarantee-village-search = Find a household
guarantee-next-zero = Next: visit, ask who can go where, and record the wish
guarantee-next-ending = Next: ask whether the contract is renewed; if not, look for the next job now
guarantee-next-to-be-confirmed = Next: call or visit and confirm that the work goes on
guarantee-reason-no-labour = nobody with labour capacity
guarantee-reason-all-students = everybody of working age at school
guarantee-reason-ending = work ends within 30 days
guarantee-reason-to-be-confirmed = not confirmed for more than 60 days
guarantee-no-work = no work
guarantee-capacity-unknown = labour capacity not on record
guarantee-at-school = at school ({ $school })
guarantee-evidence = confirmed { $when }
guarantee-evidence-none = never confirmed
guarantee-sentence-met = Somebody in this household has secure work.
guarantee-sentence-at-risk = Somebody in this household works, but that work ends soon or has long not been confirmed.
guarantee-sentence-zero = This household has labourers and none of them works.
guarantee-sentence-helping = This household stands at zero and is being helped.
guarantee-sentence-overdue = This household stands at zero beyond the time limit.
guarantee-sentence-exempt = Nobody in this household can work; it is left out of the rate.
guarantee-sentence-not-in-scope = This household is not in the scope of the guarantee.
guarantee-rule = Rule: 西扶开组发〔2020〕9号 2(4): every relocated household with labour has at least one member in work.
guarantee-fact-day = As of
guarantee-fact-labourers = Labourers
guarantee-fact-employed = Employed
guarantee-fact-reason = Reason
guarantee-fact-since = At zero since
guarantee-household-title = Household
guarantee-household-members = Members
guarantee-household-of = Household of { $name }
guarantee-statuses-caption = Status by period
guarantee-until-now = now
guarantee-time-line = What happened
guarantee-time-line-none = Nothing is on record yet.
guarantee-step-started = { $name } began to work: { $work }
guarantee-step-ended = { $name } left: { $work }
guarantee-step-placement = { $name }, { $work } ({ $employer }): { $status }
guarantee-step-about = { $name }: { $what }
guarantee-person-title = Person
guarantee-wish = Wish
guarantee-wish-none = No wish is on record. Ask which work and how far away.
guarantee-wish-stated = Stated on
guarantee-skills = Skills
guarantee-skills-none = No skill is on record.
guarantee-skill-remove = Remove
guarantee-work = Work
guarantee-work-none = No employment is on record.
guarantee-work-current = working
guarantee-work-past = ended
guarantee-work-confirm = Still there: confirm
guarantee-person-matches = Openings that suit
guarantee-column-waiting = Days at zero
guarantee-state-met = Met
guarantee-state-at-risk = At risk
guarantee-state-zero = At zero
guarantee-state-helping = Being helped
guarantee-state-overdue = Overdue
guarantee-state-exempt = Exempt
guarantee-state-not-in-scope = Not in scope
guarantee-plan = { $n ->
    [one] Placement plan: one household at zero
   *[other] Placement plan: { $n } households at zero
}
guarantee-figure-overdue = Overdue
guarantee-figure-excused = Excused
guarantee-column-overdue = Overdue
guarantee-column-excused = Excused
guarantee-next-term-ending = Next: the term on the public-welfare post is nearly over; find the post that follows
guarantee-reason-term-ending = The term on the public-welfare post is nearly over
guarantee-fact-days = Days at zero
guarantee-fact-cause = How it came to zero
guarantee-fact-evidence = Evidence
guarantee-weakly-proven = Only the worker's own word or an unchecked list
guarantee-work-proof = Record evidence
guarantee-work-correct = Correct the days
guarantee-take-up = Take up
guarantee-case = Show the case
guarantee-exempt = Decide an exemption
guarantee-alert = { $kind } ({ $day })
guarantee-village-cases = Households at zero: what is due
