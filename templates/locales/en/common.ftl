# Words of every page.
common-product = Yigang
common-bureau = Xishuangbanna Human Resources and Social Security Bureau
common-bureau-short = Employment service
common-skip = Skip to the content
common-rehearsal = Rehearsal: the data are not real. Time of the rehearsal: { $time }
common-large-text = Large text
common-normal-text = Small text
common-other-language = 中文
common-help = Help
common-sign-in = Sign in
common-sign-out = Sign out
common-nav = Main sections
common-stuck = Not sure how? Call
common-privacy = Your data
common-accessibility = Accessibility
common-search = Search
common-money = { $amount } yuan
common-wage-month = { $amount } yuan a month
common-wage-open = Wage by agreement
common-today = today
common-tomorrow = tomorrow
common-yesterday = yesterday
common-in-days = { $n ->
    [one] in { $n } day
   *[other] in { $n } days
}
common-days-ago = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}

form-optional = (optional)
form-choose = Please choose
form-problems = { $n ->
    [one] One thing needs a change
   *[other] { $n } things need a change
}
form-labelled = { $label }: { $message }
part-suits-you = Suits you: { $reason }
part-receipt = Number { $number }. Say this number when you call.
list-pages = Pages
list-first = First page
list-next = Next page
list-filters = Filters
common-back = Back
common-cancel = Cancel
common-by-service = the service
