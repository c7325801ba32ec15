refusal-posting-not-open = This posting is not open now. Look at other ones.
refusal-under-working-age = Nobody under sixteen may be employed.
refusal-minor-heavy-work = Heavy work is not allowed under eighteen. Choose another posting.
refusal-refused-before = This person has refused the posting before; it is not offered again.
refusal-placement-move = That step is not possible now ({ $from } → { $to }). Reload the page to see where it stands.
refusal-reason-missing = Give the reason.
refusal-start-before-application = The first day of work is before the application. Check it.
