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
