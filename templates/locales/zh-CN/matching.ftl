# 匹配理由
match-reason-same-village = 离家近：就在{ $place }
match-reason-same-township = 离家近：同在{ $place }
match-reason-same-county = 不出县：在{ $place }
match-reason-same-prefecture = 不出州：在{ $place }
match-reason-same-province = 在省内：{ $place }
match-reason-beyond-province = 在省外：{ $place }
match-reason-wished-occupation = 正是想做的工作：{ $occupation }
match-reason-wished-near = 与想做的工作相近：{ $occupation }
match-reason-skill-same = 会做这一行：{ $occupation }
match-reason-skill-near = 手上的技能用得上：{ $occupation }
match-reason-past-same = 以前做过：{ $occupation }
match-reason-past-near = 以前做过相近的工作：{ $occupation }
match-reason-certificate-held = 有岗位要求的证书：{ $certificate }
match-reason-wage-above-floor = 工资比要求的最低数高{ $percent }%
match-reason-lodging-needed = 提供住宿，正好需要
match-reason-meals = 提供伙食
match-reason-insurance = 缴纳保险
match-reason-transport = 有接送或报销路费
match-reason-education-met = 文化程度达到岗位希望的{ $level }
match-reason-education-short = 文化程度低于岗位希望的{ $level }
match-reason-mandarin-met = 普通话达到岗位希望的程度：{ $level }
match-reason-mandarin-short = 普通话低于岗位希望的程度：{ $level }
match-reason-kind-wished = 岗位类型是本人想要的
match-reason-term-wished = 工作期限是本人想要的
match-reason-start-fits = 上岗时间合适
match-reason-light-work = 活儿轻，适合弱劳动力
match-reason-reserved-place = 有为这类家庭预留的名额
match-reason-fresh-wish = 求职意愿是最近三个月说的

# 不能推荐的原因
match-bar-closed = 岗位已停止招聘
match-bar-no-free-place = 名额已满
match-bar-only-reserved-places = 只剩为重点家庭预留的名额
match-bar-below-lawful-age = 不满16周岁，法律不允许就业
match-bar-closed-to-minors = 危险或夜班工作，满18周岁才能做
match-bar-no-capacity = 登记为无劳动能力，请先核实劳动能力
match-bar-too-heavy = 重体力活，登记为弱劳动力，不宜推荐
match-bar-already-employed = 已有全日制工作
match-bar-refused-before = 问过本人，不愿去这个岗位
match-bar-other-places-post = 这个公益性岗位只安排{ $place }的人
match-bar-too-far = 在{ $place }，本人只愿意去：{ $wish }
match-bar-no-lodging-far = 离家远又不提供住宿，本人需要住宿
match-bar-certificate-missing = 没有岗位依法要求的{ $certificate }
match-bar-education-below = 岗位需要{ $level }以上文化程度
match-bar-mandarin-below = 岗位需要普通话达到：{ $level }
match-bar-wage-below-floor = 工资最高{ $offered }元，低于本人要求的{ $floor }元

# 差一点
match-change-go-as-far-as = 如果愿意去的范围放宽到“{ $wish }”，就可以推荐
match-change-obtain-certificate = 如果取得{ $certificate }，就可以推荐
match-change-lower-wage-floor = 如果最低工资要求降到{ $floor }元，就可以推荐
match-change-reach-education = 如果文化程度达到{ $level }，就可以推荐
match-change-reach-mandarin = 如果普通话达到“{ $level }”，就可以推荐
match-change-arrange-lodging = 如果另外解决住宿，就可以推荐
match-change-ask-again = 如果再问本人时愿意去，就可以推荐

# 优先顺序
match-need-zero-household = 家里没有人就业
match-need-monitored = 监测户，风险未消除
match-need-job-ending = 家里唯一的工作快到期或刚失去
match-need-relocated = 易地搬迁户，本人没有工作
match-need-exited = 脱贫户，本人没有工作
match-need-weak-labour = 弱劳动力，优先安排近的轻活
match-need-other = 其他农村劳动力

# 权重
refusal-weights-unreadable = 权重文件读不懂：{ $what }。请按原文件的名称填写整数。
refusal-weights-out-of-order = 权重顺序不对：{ $what }这一组，越近或越对口的分数不能更低。请改好后再保存。
refusal-weights-out-of-range = { $what }的分数超出范围。加分请填0到1000，扣分请填-1000到0。
