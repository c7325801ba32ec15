# Requests for work: the officers' list, the answer, and what the person reads.
request-title = Requests for work
request-lead = Whoever says that he looks for work or training has a receipt and is answered within 15 days. The first due come first.
request-all = Show all
request-none = No request waits for an answer.
request-caption = The first due first
request-export = Export the table
request-figure-open = Waiting, in time
request-figure-late = Waiting, late
request-figure-median = Median of days to an answer (last 90 days)
request-figure-in-time = Answered in time (last 90 days)
request-no-answers = none yet
request-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
request-in-time-of = { $in_time } of { $answered }
request-due-late = { $day }, { $n ->
    [one] { $n } day
   *[other] { $n } days
} late
request-column-number = Receipt
request-column-person = Name
request-column-place = Place
request-column-wants = Looks for
request-column-channel = Asked by
request-column-asked = Asked on
request-column-due = Answer due
request-column-level = Who is asked
request-answer-title = Answer a request for work
request-answer-lead = Tell the person plainly what is offered, or that nothing fits for now and what happens next. Recommending an opening here answers by itself.
request-answer-submit = Record the answer
request-answer-field-answer = How it was answered
request-answer-field-note = Explanation
request-answer-hint-note = Which opening or course, and when you will be in touch again
refusal-request-answered = This request has its answer.
audit-verb-ask_for_work = Ask for work
audit-verb-change_request = Change a request for work
audit-verb-answer_request = Answer a request for work
me-request = Request for work { $number }
me-request-open = You asked on { $asked }; you will have an answer by { $due }. If you call the village, give this number.
me-request-late = You asked on { $asked } and should have had an answer by { $due }. It is late, and the level above has been told.
me-request-answered = Answered on { $day }: { $answer }.
