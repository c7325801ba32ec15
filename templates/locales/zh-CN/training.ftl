# 培训班
refusal-course-title = 请填写培训班名称，2到60个字。
refusal-course-starts-past = 开班日期已经过了，请改成今天或以后的日期。
refusal-course-ends-before = 结束日期不能早于开班日期。
refusal-course-hours = 课时应为1到2000的整数。
refusal-course-places = 名额应为1到500的整数。
refusal-course-places-filled = 已有{ $filled }人报名，名额不能比这少。
refusal-course-description = 请写明学什么，10到4000个字。
refusal-course-status = 培训班现在的状态不能这样办理。请刷新后再看。
refusal-course-full = { $places }个名额已报满。请看看其他培训班。
refusal-course-not-open = 这个培训班现在不接受报名。请看看其他培训班。
refusal-region-not-yours = 这个地方不在您的管辖范围内，请另选。
refusal-enrolment-known = 已经报过名了，不用再报。
refusal-enrolment-withdrawn = 这次报名已经取消了。
