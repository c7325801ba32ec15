refusal-cursor-unknown = This page marker is not valid. Start again from the first page.
refusal-search-index-read-only = The folder of the search index, { $folder }, is read-only. Give the account write permission.
refusal-search-index-in-use = Another program is writing to the search index. Wait until it ends or stop it, then try again.
refusal-search-kind-unknown = There is no kind “{ $value }”. Choose one of: { $known }.
refusal-search-sort-unknown = There is no order “{ $value }”. Choose one of: { $known }.
refusal-search-region-unknown = There is no region “{ $value }”. Give a region code; near ones are: { $near }.
refusal-search-occupation-unknown = There is no occupation code “{ $value }”. Near ones are: { $near }.
refusal-search-wage-unreadable = The lowest wage “{ $value }” cannot be read. Give yuan a month, for example 3000.
refusal-search-flag-unreadable = “{ $value }” cannot be read. Give true for yes, false for no.
refusal-search-day-unreadable = The day “{ $value }” cannot be read. Write it like 2020-06-30.
refusal-search-limit-out-of-range = “{ $value }” results a page is not possible. Give a whole number from 1 to { $most }.

# First page, choice of a place, results
discover-home-title = Find work, learn a trade
discover-search-label = What work do you look for?
discover-my-place = I am in
discover-change-place = change
discover-home-near = { $n ->
    [one] { $n } opening in { $place }
   *[other] { $n } openings in { $place }
  }
discover-home-widened = There is no opening in { $place } yet. These are in { $wider }.
discover-home-nothing = No openings yet
discover-home-empty = No employer has published an opening yet. Please come back in a few days, or call the number below.
discover-everywhere = the whole country
discover-want-work = I look for work
discover-want-learn = I want to learn a trade
discover-place-title = Where do you look for work?
discover-place-whole = Anywhere in { $place }
discover-place-closer = Choose closer
discover-place-up = ← Back to the prefecture
discover-results-title = Openings
discover-found = { $n ->
    [one] { $n } found
   *[other] { $n } found
  }
discover-nothing = Nothing found
discover-nothing-hint = There is nothing in a wider search either. Please say it in other words, for example “cleaner” or “tea”.
discover-nothing-do = Try another word or fewer conditions, or look at all openings.
discover-all-openings = All openings
discover-loose = Few fit entirely; the later ones fit in part.
discover-wider = Nothing fits exactly. These come from a wider search:
discover-dropped-wage = Not limited to { $wage } yuan a month or more.
discover-dropped-lodging = Not limited to work with lodging.
discover-dropped-since = Not limited to openings published since { $day }.
discover-dropped-region = The place was widened from { $place } to { $wider }.
discover-dropped-region-all = The place was widened from { $place } to the whole country.
discover-dropped-occupation = Not limited to “{ $occupation }”.
discover-dropped-kind = Not limited to: { $kind }.
discover-kind-job = jobs
discover-kind-public-welfare = public-welfare posts
discover-kind-course = courses
discover-filter-kind = Kind
discover-filter-region = Place
discover-filter-occupation = Trade
discover-filter-wage = Wage a month
discover-more-filters = Wage and lodging
discover-any-wage = Any
discover-only-lodging = Only with lodging
discover-remove-filter = remove
discover-wage-from = { $wage } yuan or more
discover-since = published since { $day }
discover-sort = Sort:
discover-sort-relevance = best
discover-sort-date = newest
discover-sort-wage = best paid
discover-course = Course
discover-wage-day = { $amount } yuan a day
discover-wage-hour = { $amount } yuan an hour
discover-wage-piece = { $amount } yuan a piece
discover-in-village = same village
discover-in-township = same township
discover-in-county = same county
discover-in-prefecture = same prefecture
discover-in-province = same province
discover-beyond-province = another province
discover-free-places = { $n ->
    [one] { $n } place free
   *[other] { $n } places free
  }
discover-tag-public-welfare = public-welfare post
discover-tag-meals = meals
discover-tag-lodging = lodging
discover-tag-insurance = insurance
discover-tag-transport = transport
discover-course-days = { $from } – { $until }
discover-free-seats = { $n ->
    [one] { $n } seat free
   *[other] { $n } seats free
  }
discover-course-title = Course
discover-course-back = ← Other courses
discover-course-enrol = I want to learn this
discover-course-enrolled = You are enrolled. Please come on the first day.
discover-course-withdraw = Cancel my enrolment
discover-course-withdrawn = The enrolment is cancelled
discover-course-full = All seats are taken. It opens again when somebody steps back.
discover-course-sign-in-first = Sign in first; you come back here and press the button once more. No account? Ask your village's officer.
discover-course-what = What you learn
discover-course-phone = Whom to call
discover-course-over = The course is over.
discover-course-number = number { $number }
discover-course-for-others = To enrol somebody else, open that person's page first.
discover-course-find-person = Find the person
discover-person-courses = Courses
discover-person-courses-of = Courses for { $name }
discover-person-enrolments = Enrolled in
discover-person-open-courses = Open for enrolment
discover-person-courses-lead = The nearest come first. Ask the person first, then enrol.
discover-person-no-courses = No course is open for enrolment now.
discover-person-enrol = Enrol the person
discover-person-enrolled = Enrolled. Please pass on the first day and the number.
discover-person-withdraw = Cancel the enrolment
discover-course-fact-school = Taught by
discover-course-fact-kind = Kind of training
discover-course-fact-trade = Trade
discover-course-fact-place = Place
discover-course-fact-hours = Hours
discover-course-fact-certificate = Certificate
