## Placement plans: files and commands
refusal-plan-unreadable = { $at } cannot be read ({ $reason }). Check that it is there and can be opened.
refusal-plan-unwritable = { $at } cannot be written ({ $reason }). Check permissions and free space.
refusal-plan-missing-column = { $at } lacks the column “{ $column }”. Add it to the header.
refusal-plan-repeated-column = { $at } names the column “{ $column }” twice. Keep one.
refusal-plan-field-count = { $at } has { $found } fields where the header has { $expected }. Make them equal.
refusal-plan-not-text = { $at } is not UTF-8 text. Save the file as UTF-8.
refusal-plan-empty-id = { $at } has nothing in “{ $column }”. Write an id.
refusal-plan-not-whole-number = { $at } needs a whole number from 0 in “{ $column }”, not “{ $value }”.
refusal-plan-too-large = { $at } has numbers in “{ $column }” that are too large, alone or together. Make them smaller.
refusal-plan-too-many = { $at } has more rows than can be numbered. Split the plan.
refusal-plan-repeated-household = { $at } lists household “{ $household }” twice. Keep one row.
refusal-plan-repeated-opening = { $at } lists opening “{ $opening }” twice. Keep one row.
refusal-plan-unknown-household = { $at } names household “{ $household }”, which households.csv lacks. Add it there or remove this row.
refusal-plan-unknown-opening = { $at } names opening “{ $opening }”, which openings.csv lacks. Add it there or remove this row.
refusal-plan-two-households = { $at } puts person “{ $person }” into household “{ $household }” and “{ $other }”. Keep one.
refusal-plan-repeated-edge = { $at } pairs person “{ $person }” with opening “{ $opening }” a second time. Keep one row.
refusal-plan-unknown-pair = { $at } keeps person “{ $person }” at opening “{ $opening }”, which edges.csv lacks.
refusal-plan-repeated-pair = { $at } keeps person “{ $person }” at two openings. Keep one.
refusal-plan-check-kept-pairs = The pairs kept by the certificate are wrong: { $about }.
refusal-plan-check-no-such-edge = The plan places person { $about } where edges.csv has no pair.
refusal-plan-check-value = The stated figures are not those of the plan: { $about }.
refusal-plan-check-not-proven = The certificate does not prove that the plan is the best: { $about }.
refusal-plan-check-unknown-opening = openings.csv lacks opening { $about }.
refusal-plan-check-overfilled = Opening { $about } is given more persons than it has places.
refusal-plan-check-person-twice = Person { $about } is placed twice.
refusal-plan-check-unknown-household = households.csv lacks household { $about }.
refusal-plan-check-repeated-edge = edges.csv pairs person { $about } with one opening twice.
refusal-plan-check-two-households = Person { $about } is in two households.
refusal-plan-check-unknown-id = The certificate prices an id that is not there: { $about }.
refusal-plan-check-negative-price = The certificate has a negative price: { $about }.
refusal-plan-check-price-too-large = The certificate has a price that is too large: { $about }.
refusal-plan-check-repeated-id = An id is there twice: { $about }.
refusal-plan-check-not-whole-number = Not a whole number from 0: { $about }.
refusal-plan-check-unreadable = Cannot be read: { $about }.
refusal-plan-check-missing-column = A column is missing: { $about }.
refusal-plan-closed = This plan is confirmed or discarded. Make a new one.
refusal-plan-not-ready = This plan is not computed yet. Wait, then confirm it.
refusal-plan-mark-incomplete = Say which person and opening to lock or leave out.
refusal-plan-line-barred = person or opening has changed, the pair is not possible any more
refusal-plan-line-gone = person or opening is no longer there
cli-plan-solved = Placement plan: weight { $covered } covered, total score { $score }; { $households } households, { $persons } persons, { $openings } openings, { $edges } possible pairs, { $seconds } s.
cli-plan-verified = The plan is feasible and the certificate holds: none is better than { $covered } covered with a total score of { $score }.
cli-plan-uncovered = { $uncovered } households have nobody in work; the plan brings work to { $covered } of them; for { $without } no pair is possible.
cli-plan-shortage = { $households } households compete for { $places } places, { $uncovered } go without; more places needed: { $more }
cli-match-all = The matches of { $persons } persons are in { $file }, { $rows } rows.
task-compute-plans = Compute placement plans
refusal-plan-out-missing = Say with --out into which folder the plan goes.

## Placement plans: pages
kind-plan = placement plan
kind-mark = mark
kind-plan-file = plan file here (the files lie on the server that computed the plan: take them there, or compute again)
refusal-plan-like-unknown = This opening has no free place now, or is not part of the plan. Choose another one.
field-like = Opening
field-seed = Lottery number
plan-title = Placement plan
plan-list-title = Placement plans
plan-list-made = Plans made so far
plan-list-empty = There is no plan yet. A plan weighs all households and all openings together, so that as many households as possible get at least one member into work. Nobody is told anything before you confirm it.
plan-new-title = New plan
plan-new-lead = Find out which recommendations bring work to the most relocated households. Nobody is told anything before you confirm.
plan-region = Division
plan-site = Settlement site
plan-place-below = – { $place }
plan-kind = Kind of opening
plan-kind-all = All openings
plan-kind-job = Jobs
plan-kind-public-welfare = Public-welfare posts
plan-seed = Lottery number
plan-seed-hint = The lottery number is public. It decides between households that are alike in everything else; the same number gives the same plan.
plan-compute = Compute
plan-as-of = Computed for
plan-created = Asked for
plan-asked = What was asked
plan-column-place = Place
plan-column-status = Status
plan-column-covered = Households that get work
plan-covered-of = { $covered } of { $uncovered }
plan-column-household = Household
plan-column-household-no = Household no.
plan-column-why = Why
plan-column-person = Person
plan-column-opening = Opening
plan-column-points = Points
plan-column-change = Change
plan-waiting = Being computed
plan-waiting-refresh = This page refreshes every few seconds and shows the result when it is there. You may leave and come back.
plan-look-again = Look again now
plan-failure-too-large = It could not be computed: too many households and openings. Choose a smaller division.
plan-failure-unwritable = It could not be computed: its files cannot be written. Ask an administrator to check the disk, then compute again.
plan-failure-other = It could not be computed (code { $code }). Compute again; if that fails too, ask an administrator.
plan-headline = { $n ->
    [one] { $covered } of one household without work gets an offer of work
   *[other] { $covered } of { $n } households without work get an offer of work
}
plan-headline-all = { $n ->
    [one] The one household without work gets an offer of work
   *[other] All { $n } households without work get an offer of work
}
plan-headline-none = No household here is without work
plan-proof = This is proven: under these conditions, locks and exclusions no other arrangement brings work to more households, and none that brings it to as many has a higher total score.
plan-files = Download the plan and its proof (six files)
plan-files-lead = The files hold ids, no names. Anybody can check them with the command yigang plan verify.
plan-figure-uncovered = Without work
plan-figure-covered = Get work
plan-figure-left-out = Still without
plan-figure-without = Nothing suits
plan-figure-lines = People invited
plan-figure-places = Free places
plan-figure-pairs = Possible pairs
plan-figure-score = Total score
plan-confirm = To confirmation
plan-recompute = Compute again
plan-discard = Discard
plan-to-placements = See the recommendations
plan-broken-locks = These locks do not hold any more and were not used:
plan-shortages = Where it is stuck
plan-shortage = { $place }: { $households } households can only compete for { $places } places ({ $openings }), { $left } go without.
plan-remedy = With { $more } all of them would have somebody in work.
plan-more-places-of = { $places } more of “{ $opening }”
plan-more-places-rest = { $places } more at { $openings } other openings
plan-more-openings = { $n ->
    [one] one other opening
   *[other] { $n } other openings
}
plan-opening = { $title } · { $employer } · { $place }
plan-opening-gone = an opening that is gone
plan-shortages-more = { $n ->
    [one] There is one more. Compute again after these are solved.
   *[other] There are { $n } more. Compute again after these are solved.
}
plan-try-more = { $n ->
    [one] Try one more place
   *[other] Try { $n } more places
}
plan-what-if = If there were more places
plan-what-if-lead = Try before you talk to the employer. Trying changes and stores nothing.
plan-like = Which opening
plan-more-places = How many places more
plan-what-if-try = Try
plan-trial-more = { $n ->
    [one] One more household would get work
   *[other] { $n } more households would get work
}
plan-trial-same = No more households would get work
plan-trial-changed = Things have changed. Compute the plan again first
plan-trial-figure = Figure
plan-trial-stored = This plan
plan-trial-with = With more
plan-trial-note = Computed with today's households and openings and your locks and exclusions. The plan is unchanged.
plan-left-out = Households still without work
plan-left-out-places = not enough places that suit
plan-left-out-nothing = no opening suits anybody
plan-left-out-more = { $n ->
    [one] One more is not listed.
   *[other] { $n } more are not listed.
}
plan-lines-title = { $n ->
    [one] One person recommended
   *[other] { $n } people recommended
}
plan-lines-all = All
plan-line-second = household already at work or placed
plan-line-locked = locked
plan-line-invited-before = recommended before
plan-line-lapsed = the conditions have changed
plan-placement = See this recommendation
plan-change = Change
plan-mark-reason = Reason (optional)
plan-do-lock = Lock this line
plan-do-pair = Not this opening for this person
plan-do-person = Leave this person out
plan-do-opening = Leave this opening out
plan-marks = Locks and exclusions
plan-marks-lead = They count when the plan is computed again.
plan-mark-pair = { $person } → { $opening }
plan-mark-person = { $person } (any opening)
plan-mark-opening = { $opening } (anybody)
plan-mark-remove = Take back
plan-confirm-title = Confirm the plan
plan-confirm-people = { $n ->
    [one] One person will be invited
   *[other] { $n } people will be invited
}
plan-confirm-whom = Who is invited
plan-confirm-others = { $n ->
        [one] Also invite one person from a household that has work already
       *[other] Also invite { $n } people from households that have work already
    }
plan-confirm-known = { $n ->
    [one] One more has been invited to the same opening before; that stays as it is.
   *[other] { $n } more have been invited to the same openings before; that stays as it is.
}
plan-confirm-checked = Each line is checked once more: what does not hold any more is not sent but listed. People may say no, and a no costs them nothing.
plan-confirm-send = Confirm and invite
plan-confirm-back = Not yet
