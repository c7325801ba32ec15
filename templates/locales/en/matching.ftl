# Reasons of a match
match-reason-same-village = Close to home: in { $place }
match-reason-same-township = Close to home: also in { $place }
match-reason-same-county = Within the county: in { $place }
match-reason-same-prefecture = Within the prefecture: in { $place }
match-reason-same-province = Within the province: { $place }
match-reason-beyond-province = Outside the province: { $place }
match-reason-wished-occupation = The wished work: { $occupation }
match-reason-wished-near = Close to the wished work: { $occupation }
match-reason-skill-same = Has this skill: { $occupation }
match-reason-skill-near = Has a related skill: { $occupation }
match-reason-past-same = Has done this before: { $occupation }
match-reason-past-near = Has done similar work before: { $occupation }
match-reason-certificate-held = Holds the required certificate: { $certificate }
match-reason-wage-above-floor = Pays { $percent }% more than the least the person would accept
match-reason-lodging-needed = Lodging is given, and it is needed
match-reason-meals = Meals are given
match-reason-insurance = Insurance is paid
match-reason-transport = Transport is arranged or refunded
match-reason-education-met = Education meets what the post prefers: { $level }
match-reason-education-short = Education is below what the post prefers: { $level }
match-reason-mandarin-met = Mandarin meets what the post asks: { $level }
match-reason-mandarin-short = Mandarin is below what the post prefers: { $level }
match-reason-kind-wished = The kind of post is the wished one
match-reason-term-wished = The term is the wished one
match-reason-start-fits = The start date fits
match-reason-light-work = Light work, suitable for weak labour
match-reason-reserved-place = A place is reserved for such households
match-reason-fresh-wish = The wish was stated within the last three months

# Why a pair is not possible
match-bar-closed = The post no longer recruits
match-bar-no-free-place = No place is free
match-bar-only-reserved-places = Only places reserved for priority households are left
match-bar-below-lawful-age = Under 16: the law does not allow employment
match-bar-closed-to-minors = Hazardous or night work: only from age 18
match-bar-no-capacity = Registered as unable to work: check the labour capacity first
match-bar-too-heavy = Heavy work, and the person is registered as weak labour
match-bar-already-employed = Already employed full time
match-bar-refused-before = Was asked and does not want this post
match-bar-other-places-post = This public-welfare post is for people of { $place }
match-bar-too-far = It is in { $place }; the person would go no farther than: { $wish }
match-bar-no-lodging-far = Far from home without lodging, and lodging is needed
match-bar-certificate-missing = Lacks the certificate the law requires: { $certificate }
match-bar-education-below = The post needs at least: { $level }
match-bar-mandarin-below = The post needs Mandarin: { $level }
match-bar-wage-below-floor = Pays at most { $offered } yuan, below the person's floor of { $floor }

# Nearest miss
match-change-go-as-far-as = Possible if the person would go as far as: { $wish }
match-change-obtain-certificate = Possible with this certificate: { $certificate }
match-change-lower-wage-floor = Possible if the person would accept { $floor } yuan
match-change-reach-education = Possible with education of at least: { $level }
match-change-reach-mandarin = Possible with Mandarin: { $level }
match-change-arrange-lodging = Possible if lodging is found elsewhere
match-change-ask-again = Possible if the person, asked again, agrees

# Order of need
match-need-zero-household = Nobody in the household is in work
match-need-monitored = Monitored household with an open risk
match-need-job-ending = The household's only job is ending or was just lost
match-need-relocated = Relocated household, without work
match-need-exited = Household that left poverty, without work
match-need-weak-labour = Weak labour: near and light posts first
match-need-other = Other rural labourer

# Weights
refusal-weights-unreadable = The weights cannot be read: { $what }. Use the names of the original file and whole numbers.
refusal-weights-out-of-order = The weights are out of order at { $what }: nearer or better fitting must not be worth less. Correct them and save again.
refusal-weights-out-of-range = The points of { $what } are out of range. Enter 0 to 1000 for a bonus and -1000 to 0 for a deduction.

# My matters, what suits me, my household, my wish, my data
me-title = My matters
me-look = Have a look
me-answer = Answer
me-matches = Work that suits you
me-matches-sentence = Chosen by your wish, your skills and where you live. Each one says why.
me-matches-do = See what suits me
me-work = Present work
me-at-work = At work
me-work-since = Since { $day }.
me-work-until = Until { $day }.
me-wish = What work you want
me-wish-missing = We do not know yet what you want. Answer three questions, and we can choose for you.
me-wish-state = Say what I want
me-wish-change = Change my wish
me-wish-nothing = You said that you look for nothing now. Change it whenever you like.
me-wish-known = You would go as far as: { $place } ({ $day }).
me-household = My household
me-household-not-in-scope = Who is registered in your household, and who works.
me-household-exempt = Nobody in your household is to be placed in work.
me-household-met = { $employed ->
    [one] { $employed } person of your household is at work.
   *[other] { $employed } people of your household are at work.
  }
me-household-at-risk = The work in your household ends soon, or has not been confirmed for long. Please call us.
me-household-zero = { $labourers ->
    [one] { $labourers } person of your household can work; nobody does yet. We help you to find some.
   *[other] { $labourers } people of your household can work; nobody does yet. We help you to find some.
  }
me-household-wrong = If something is wrong, call the number below or ask your village's officer.
me-no-household = We could not find your household. Please call the number below.
me-member-works = at work ({ $form })
me-member-at-school = at school
me-member-no-work = not at work
me-data = My data
me-data-sentence = What is kept about you, and who saw or changed it.
me-data-kept = What is kept about you
me-data-none = nothing
me-data-name = Name
me-data-age = Age
me-data-id = Citizen number
me-data-phone = Phone
me-data-bank = Bank account
me-data-home = Home
me-data-education = Education
me-data-capacity = Labour capacity
me-data-health = Health
me-data-health-kept = on record, for officers only
me-data-skills = Skills
me-data-wish = Would go as far as
me-data-wrong = If something is wrong, call and it is corrected:
me-data-seen = Who saw or changed it
me-data-seen-none = Nobody has seen or changed it yet.
me-seen-reveal-number = saw a full number
me-seen-amend-person = changed your data
me-seen-amend-relation = changed a family relation
me-seen-move-person = moved you to another household
me-seen-state-wish = recorded your wish
me-seen-record-skill = recorded a skill
me-seen-remove-skill = removed a skill
me-seen-enrol-household = registered your household
me-seen-amend-household = changed your household's data
me-seen-guarantee-changed = your household's standing changed
me-seen-other = did something with your data
match-title = Work that suits you
match-lead = The best come first. These are recommendations; you decide.
match-none = Nothing suits you at present. Change your wish, or look at all openings yourself.
match-wants-nothing = You said that you look for nothing now, so there are no recommendations.
match-state-wish = Answer three questions first, for a better choice
match-wish-kept = Kept
match-person-title = Openings that suit
match-person-heading = Openings that suit { $name }
match-person-lead = It is recorded that you applied for somebody else. Please ask the person first.
match-person-none = Nothing suits at present. The wish, the labour capacity or present work may be the reason; please check the record first.
match-open-placements = Under way
match-apply-for = Apply for this person
match-age = aged { $n }
wish-title = What work do you want?
wish-what = What kind of work?
wish-what-hint = Choose several if you like, or none if anything will do.
wish-how-far = How far would you go?
wish-wage = What is the least a month?
wish-lodging = I need lodging
wish-keep = Keep this
wish-nothing = I look for nothing now
wish-floor = { $wage } yuan
wish-floor-any = Anything
wish-reach-village = My village or site
wish-reach-township = My township
wish-reach-county = My county
wish-reach-prefecture = The prefecture
wish-reach-province = The province
wish-reach-shanghai = Shanghai (arranged by both places)
wish-reach-any = Anywhere
wish-cleaning = Cleaning
wish-kitchen = Kitchen, waiting
wish-guard = Guarding
wish-driver = Driving, machines
wish-care = Caring for people
wish-shop = Selling
wish-tea = Tea, gardening
wish-rubber = Rubber tapping
wish-farm = Farming, animals
wish-building = Building
wish-sewing = Sewing
wish-factory = Factory
