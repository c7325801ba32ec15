# Doubts about wording; { $phrase } is the text as typed
refusal-wording-sex = "{ $phrase }" restricts by sex and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-ethnicity = "{ $phrase }" restricts by ethnic group and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-race = "{ $phrase }" restricts by race and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-religion = "{ $phrase }" restricts by religion and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-hukou = "{ $phrase }" restricts by household registration and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-region = "{ $phrase }" restricts by region of origin and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-identity = "{ $phrase }" restricts by status and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-disability = "{ $phrase }" discriminates against people with disabilities and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-infection-carrier = "{ $phrase }" discriminates against carriers of an infection and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-marriage-childbirth = "{ $phrase }" restricts by marriage or childbirth and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-age = "{ $phrase }" limits the age. Remove it, or give a lawful reason for an officer to check. See: Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-looks = "{ $phrase }" asks for looks. Say what the work itself needs. See: Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-deposit = "{ $phrase }" looks like a deposit and may not be published. No deposit may be taken under any name; remove it. Law: Online Recruitment Rules (HR Ministry Order 44), Labour Contract Law article 9.
refusal-wording-fee = "{ $phrase }" looks like a fee for the applicant and may not be published. Remove it. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-papers = "{ $phrase }" looks like keeping papers and may not be published. Remove it. Law: Labour Contract Law article 9, Online Recruitment Rules (HR Ministry Order 44).
refusal-wording-no-contract = "{ $phrase }" looks like work without contract or insurance and may not be published. Correct it and remove the words. Law: Labour Contract Law article 10, Human Resources Market Interim Regulation (State Council Order 700).
refusal-wording-abroad = "{ $phrase }" looks like work abroad and cannot be published here. Turn to an agency licensed for foreign labour. Law: Foreign Labour Cooperation Regulation (State Council Order 620), Human Resources Market Interim Regulation (State Council Order 700).
refusal-wording-fraud = "{ $phrase }" looks like fraud or pyramid selling and may not be published; if not, remove the words and describe the work. Law: Human Resources Market Interim Regulation (State Council Order 700), Online Recruitment Rules (HR Ministry Order 44).

# Importing a list of postings: mended
postings-repair-wage-swapped = The lower and the higher wage were exchanged ({ $value }); put right.
postings-repair-wage-negotiable = No wage is given; taken as negotiable.
postings-repair-headcount-assumed = The number of places is not given; taken as { $value }.
postings-repair-sex-limit-dropped = The limit by sex "{ $value }" is unlawful and was dropped. Law: Human Resources Market Interim Regulation (State Council Order 700).
postings-repair-occupation-suggested = No occupation code is given; { $value } follows from the title. Check it.

# Importing a list of postings: cannot be imported
refusal-listing-missing = "{ $column }" is empty; fill it in.
refusal-listing-too-long = "{ $column }" is too long; shorten it to { $value } characters.
refusal-listing-region-unknown = There is no division "{ $value }"; give its code of 6, 9 or 12 digits.
refusal-listing-occupation-unknown = There is no occupation "{ $value }"; give its code in the classification, such as 4-09-08-01.
refusal-listing-kind-unknown = Unknown kind "{ $value }"; write job, public_welfare or workshop.
refusal-listing-wage-unreadable = "{ $value }" in "{ $column }" cannot be read; give a number, and month, day or hour as the unit; leave it empty if negotiable.
refusal-listing-number-unreadable = "{ $value }" in "{ $column }" is not a suitable whole number; correct it.
refusal-listing-education-unknown = Unknown education "{ $value }"; write 小学, 初中, 高中, 大专, 本科 or 学历不限.
refusal-listing-date-unreadable = The date "{ $value }" cannot be read; write it like 2020-06-15.

# Publishing a posting
refusal-posting-title = Give the posting a title of 2 to 60 characters.
refusal-posting-places = The number of places is a whole number from 1 to 10000.
refusal-posting-reserved = The places kept are a whole number, and no more than there are places.
refusal-posting-places-filled = { $filled } people have been hired already; there cannot be fewer places.
refusal-posting-wage = Give the wage, the lower amount first; choose "negotiable" if you cannot say it.
refusal-posting-description = Describe the work in 10 to 4000 characters.
refusal-posting-occupation = The title does not say what occupation it is; choose one from the list.
refusal-posting-kind-employer = Public-welfare posts are held by public bodies, village collectives or social organisations. Choose "job" instead.
refusal-certificate-too-long = The name of the certificate is too long; shorten it to 60 characters.
refusal-posting-closes-needed = Give the last day to apply.
refusal-posting-closes-past = The last day to apply is over; choose today or a later day.
refusal-posting-closes-far = The last day to apply is at most { $days } days ahead; the posting can be renewed then.
refusal-posting-status = The posting's present status does not allow this. Reload the page.
refusal-posting-employer-unverified = Only a verified employer can publish. Complete the verification first.
refusal-posting-own = You wrote this, or it is your employer's; another officer has to decide.
refusal-posting-full = All { $places } places are taken. Look at other postings.
refusal-posting-none-taken = No place of this posting is taken, so none can be given back.
refusal-listing-id-repeated = The number "{ $value }" stands in the list before. Keep one row, or give it another number.
refusal-listing-repost = A posting of the same employer, title, place and text is known; it was not taken over again.
