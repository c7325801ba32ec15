# Courses
refusal-course-title = Give the course a title of 2 to 60 characters.
refusal-course-starts-past = The first day of the course is over; choose today or a later day.
refusal-course-ends-before = The course cannot end before it starts.
refusal-course-hours = The number of lessons is a whole number from 1 to 2000.
refusal-course-places = The number of places is a whole number from 1 to 500.
refusal-course-places-filled = { $filled } people have enrolled already; there cannot be fewer places.
refusal-course-description = Say what is taught, in 10 to 4000 characters.
refusal-course-status = The course's present status does not allow this. Reload the page.
refusal-course-full = All { $places } places are taken. Look at other courses.
refusal-course-not-open = Nobody can enrol in this course now. Look at other courses.
refusal-region-not-yours = This place is outside your area; choose another.
refusal-enrolment-known = The enrolment is made already; nothing more is needed.
refusal-enrolment-withdrawn = This enrolment has been withdrawn already.
