# The employers' desk, and the officers' queue
desk-title = My hiring
desk-back = Back
desk-save = Save
desk-status = State
desk-today = To do today
desk-today-none = Nothing waits for you today.
desk-postings = My postings
desk-postings-none = No postings yet. Writing one takes a few minutes.
desk-new-posting = Write a posting
desk-column-draft = Drafts
desk-column-submitted = With an officer
desk-column-open = Open
desk-column-filled = Full
desk-column-closed = Closed
desk-closes = closes { $day }
desk-file-submitted = Your file is being verified. You can write postings now and publish them once it is verified.
desk-file-returned = Your file was sent back. Please complete it:
desk-matter-returned = “{ $title }” was sent back: change it and publish again
desk-wage-day = { $amount } yuan a day
desk-wage-hour = { $amount } yuan an hour
desk-wage-piece = { $amount } yuan a piece
desk-place-hint = County and township, as written in Chinese. Elsewhere, down to the county.
desk-phone-hint = An 11-digit mobile number, or a land line with its area code.
desk-phone-keep-hint = Leave empty to keep the one on record.
desk-register-title = Register an employer
desk-register-lead = Companies, shops, cooperatives, workshops and brokers can register. Once the bureau has verified you, you can publish postings. It costs nothing.
desk-register-employer = The employer
desk-register-account = The account for signing in
desk-register-sign-in-name = Sign-in name
desk-register-sign-in-name-hint = 3 to 40 characters: letters, digits, Chinese characters.
desk-register-password = Password
desk-register-password-hint = At least 8 characters. A sentence that only you know is good.
desk-register-privacy = Your phone is kept encrypted and used only for verification and hiring.
desk-register-send = Send the registration
desk-register-done = Your registration has arrived. The bureau will check it; this page shows the result. You can write postings now.
desk-employer-open = My employer's file
desk-employer-kind = Kind of employer
desk-employer-name = Name
desk-employer-name-hint = The full name on the licence; brokers give their own name.
desk-employer-credit-code = Unified social credit code
desk-employer-credit-code-hint = The 18 characters on the business licence. Brokers have none.
desk-employer-licence = Licence or filing number
desk-employer-licence-hint = Agencies: the human-resources service licence. Brokers: the township filing. Nobody else.
desk-employer-region = Place
desk-employer-address = Street address
desk-employer-contact = Contact person
desk-employer-phone = Phone
desk-employer-registered-on = Registered on
desk-employer-verified-on = Verified on
desk-employer-saved = Saved.
desk-employer-note = The bureau says: { $note }
desk-employer-waits = Waiting for the bureau. If it is urgent, call the number at the foot of the page.
desk-employer-edit = Change the file
desk-employer-edit-lead = A change of name, kind, code or licence must be verified again.
desk-employer-suspended = The employer is suspended and its postings are hidden. Please call the bureau.
desk-posting-new = Write a posting
desk-posting-edit = Change
desk-posting-title = Job title
desk-posting-title-hint = What people call the job, in plain words.
desk-posting-kind = Kind of posting
desk-posting-region = Place of work
desk-posting-address = Street address
desk-posting-places = How many people
desk-posting-reserved = Of these, kept for guaranteed households
desk-posting-reserved-hint = For relocated and monitored households, and those with nobody in work; leave empty to keep none.
desk-posting-reserved-count = { $n ->
    [one] 1 place
   *[other] { $n } places
  }
desk-posting-places-of = { $filled } of { $places } places taken
desk-posting-wage = Pay
desk-posting-wage-hint = Real figures that people will receive.
desk-posting-wage-low = From (yuan)
desk-posting-wage-high = To (yuan)
desk-posting-wage-unit = Paid
desk-posting-negotiable = By agreement
desk-posting-description = What the work is
desk-posting-description-hint = The work, the hours, the days off. Nothing about sex, ethnicity, age or deposits.
desk-posting-contact = Contact person
desk-posting-phone = Phone
desk-posting-phone-hint = Not public: only people who apply see it.
desk-posting-closes-on = Last day to apply
desk-posting-closes-hint = Within half a year; it can be renewed.
desk-posting-published-on = Published on
desk-posting-more = More (optional)
desk-posting-occupation = Occupation
desk-posting-occupation-hint = Left empty, the job title decides.
desk-posting-occupation-check = Taken from the job title. Choose another if it is wrong.
desk-posting-occupation-keep = Use this occupation
desk-posting-lodging = lodging
desk-posting-meals = meals
desk-posting-insurance = insurance
desk-posting-transport = transport
desk-posting-education = Education
desk-posting-certificate = Certificate needed
desk-posting-physical = Physical demand
desk-posting-law = No limits by sex, ethnicity or family; no deposits or fees of any kind.
desk-posting-keep = Save and look
desk-posting-saved = Saved. Read it once more, then publish.
desk-posting-submit = Publish
desk-posting-published = Published: everybody can see it now.
desk-posting-went-to-officer = Sent. An officer reads some of the words first; then it is published.
desk-posting-doubts = An officer must read these words; change them and it is published at once
desk-posting-waits-for-employer = It can be published once your employer is verified. The draft is kept.
desk-posting-copy = Copy
desk-posting-close = Close
desk-posting-closed = Closed: nobody can apply any more.
desk-posting-pause = Pause
desk-posting-paused = Paused: hidden for now.
desk-posting-resume = Resume
desk-posting-resumed = Open again.
desk-posting-renew = Renew
desk-posting-renew-until = Renew until
desk-posting-renewed = Renewed.
desk-applications = Who applied
desk-applications-none = Nobody has applied yet. Applications appear here.
desk-application-line = Number { $number } · applied { $day }
desk-application-skills = Skills: { $skills }
desk-step-done = Done. The other side can see it.
desk-step-offer = Offer the job
desk-step-shortlist = Shortlist
desk-step-decline = Decline
desk-step-decline-reason = Reason (the person will see it)
desk-step-start = Confirm the start
desk-step-start-on = First day of work
desk-phone-show = Show the phone
desk-phone-title = Phone
desk-phone-noted = Only for arranging the work. It is recorded who looked, and when.
desk-hires-title = People at work
desk-hires-lead = If the person is still there, tap “Still here”. If not, say since when and why.
desk-hires-none = Nobody has started yet. People appear here once you confirm their start.
desk-hires-ended = Left
desk-hire-at-work = at work
desk-hire-to-confirm = please confirm
desk-hire-left-on = left { $day }
desk-hire-since = since { $day }
desk-hire-seen = last confirmed { $day }
desk-hire-confirm = Still here
desk-hire-confirmed = Recorded: still at work.
desk-hire-end = Has left
desk-hire-end-on = Last day of work
desk-hire-end-reason = Reason
desk-hire-end-send = Record the end
desk-hire-ended = The end is recorded.
desk-verify-title = Verify and review
desk-verify-employers = Employers
desk-verify-postings = Postings
desk-verify-courses = Courses
desk-verify-new-course = Write a course for it
desk-verify-words = Name or credit code
desk-verify-employers-none = No employer waits. Choose a state or type a name to find others.
desk-verify-postings-none = No posting waits.
desk-verify-code-none = no code
desk-verify-code-holds = check holds
desk-verify-code-fails = check fails
desk-verify-code-holds-lead = The credit code's check character holds. Compare the name with the licence.
desk-verify-code-fails-lead = The credit code's check character fails. Genuine early codes do too: look at the licence and give your reason to accept it.
desk-verify-written-on = Written on
desk-verify-doubts = Words in doubt
desk-verify-decide = Decide
desk-verify-done = Done. The other side can see it.
desk-verify-verify = Verify
desk-verify-override-reason = Reason to accept this code
desk-verify-return = Send back
desk-verify-missing = What is missing (the employer will see it)
desk-verify-change = What to change (the employer will see it)
desk-verify-suspend = Suspend
desk-verify-suspend-reason = Reason to suspend
desk-verify-reinstate = Reinstate
desk-verify-reinstate-reason = Reason to reinstate
desk-verify-approve = Approve and publish
desk-verify-block = Take down for good
desk-verify-block-reason = Reason (the employer will see it)
desk-verify-employer-waits = Sent back: the employer has to complete it.
desk-verify-posting-waits = Nothing to decide now.
desk-verify-manage = Manage this posting
desk-verify-its-postings = Its postings
desk-verify-its-postings-none = No postings yet.
desk-verify-new-post = Write a public-welfare post for it
refusal-place-unread = This place is not known. Write county and township in Chinese.
refusal-public-post-employer = This employer may not hold public-welfare posts. Choose a public unit, a village collective or a social organisation.
refusal-phone-after-acceptance = The phone is shown once the person has accepted.
refusal-value-unknown = The value of { $parameter } is not known. Possible: { $known }.
refusal-not-an-id = This is not an id. An id has 13 characters.
desk-matter-start = { $n ->
    [one] { $n } person accepted “{ $title }”: confirm the first day
   *[other] { $n } people accepted “{ $title }”: confirm the first day
}
desk-matter-applied = { $n ->
    [one] { $n } person applied for “{ $title }”: please answer
   *[other] { $n } people applied for “{ $title }”: please answer
}
desk-matter-closes = { $n ->
    [one] “{ $title }” closes in { $n } day
   *[other] “{ $title }” closes in { $n } days
}
desk-matter-confirm = { $n ->
    [one] { $n } person has not been confirmed for long: still here?
   *[other] { $n } people have not been confirmed for long: still here?
}
desk-waiting = { $n ->
    [one] { $n } waits for your answer
   *[other] { $n } wait for your answer
}
desk-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
